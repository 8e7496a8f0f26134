import { posix } from 'node:path'
import { Failure } from '../../base/failure.ts'
import { type Proposal, type Proposed, openPullRequest } from '../../github/open-pull-request.ts'
import { maskCredentials } from '../../credentials/index.ts'
import { compare } from '../../compare/compare-revisions.ts'
import type { Configuration } from '../../source/open-configuration.ts'
import { type FileEdit, withEdits } from '../../source/with-edits.ts'
import { render } from '../../review/render/render-comment.ts'
import { FINGERPRINT } from '../version.ts'

/** Opens a pull request with an edit, or updates the one that already has it. Its text is the review of the edit. */
export async function propose(
  configuration: Configuration,
  files: ReadonlyMap<string, FileEdit>,
  title: string,
  { remote, base, forge }: Pick<Proposal, 'remote' | 'base'> & { readonly forge: Proposal['forge'] | undefined },
): Promise<Proposed> {
  const { repository, folder } = configuration
  if (repository === undefined) {
    throw new Failure('usage', `${folder} is in no git repository, so there is nothing to propose to`, 'leave out --pr')
  }
  const { prefix, top } = repository
  return openPullRequest({
    changes: [...files].map(([path, edit]) => ({ path: posix.join(prefix, path), ...edit })),
    title,
    body: await reviewOf(configuration, files),
    folder: top,
    ...(remote !== undefined && { remote }),
    ...(base !== undefined && { base }),
    ...(forge !== undefined && { forge }),
  })
}

async function reviewOf(configuration: Configuration, files: ReadonlyMap<string, FileEdit>): Promise<string> {
  const before = { commit: (await configuration.state()).commit, configuration }
  return maskCredentials(
    render(await compare(before, withEdits(configuration, files), { fingerprint: FINGERPRINT })).body,
  )
}
