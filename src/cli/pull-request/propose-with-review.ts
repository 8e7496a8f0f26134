import { join, posix } from 'node:path'
import { Failure } from '../../base/failure.ts'
import { readContent } from '../../source/list-folder.ts'
import { type Proposed, openPullRequest as proposeChanges } from '../../github/open-pull-request.ts'
import { maskCredentials } from '../../credentials/index.ts'
import { compare } from '../../compare/compare-revisions.ts'
import type { Configuration } from '../../source/open-configuration.ts'
import { withEdits } from '../../source/with-edits.ts'
import { render } from '../../review/render/render-comment.ts'
import { FINGERPRINT } from '../version.ts'
import { forgeOf } from './which-forge.ts'

/** Where to propose a change. */
interface Where {
  readonly remote?: string
  readonly base?: string
  readonly forge?: string
}

/** Opens a pull request with an edit, or updates the one that already has it. Its text is the review of the edit. */
export async function propose(
  configuration: Configuration,
  files: ReadonlyMap<string, string | null>,
  title: string,
  { remote, base, forge }: Where,
): Promise<Proposed> {
  const { repository, folder } = configuration
  if (repository === undefined) {
    throw new Failure('usage', `${folder} is in no git repository, so there is nothing to propose to`, 'leave out --pr')
  }
  const { prefix, top } = repository
  const changes = [...files].map(([path, after]) => ({
    path: posix.join(prefix, path),
    before: textOf(join(folder, path), configuration, path),
    after,
  }))
  return proposeChanges({
    changes,
    title,
    body: await reviewOf(configuration, files),
    folder: top,
    ...(remote !== undefined && { remote }),
    ...(base !== undefined && { base }),
    ...(forge !== undefined && { forge: forgeOf(forge) }),
  })
}

async function reviewOf(configuration: Configuration, files: ReadonlyMap<string, string | null>): Promise<string> {
  const before = { commit: (await configuration.state()).commit, configuration }
  return maskCredentials(
    render(await compare(before, withEdits(configuration, files), { fingerprint: FINGERPRINT })).body,
  )
}

/** Returns the text that the edit was made from; null if there is no such file yet. */
function textOf(file: string, { tree }: Configuration, path: string): string | null {
  // A file outside the configuration is edited only if it exists.
  if (!path.startsWith('../') && !tree.files.some((one) => one.path === path)) return null
  const content = readContent(file)
  return content === 'too-large' ? null : Buffer.from(content).toString('utf8')
}
