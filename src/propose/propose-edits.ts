import { posix } from 'node:path'
import { Failure } from '../base/failure.ts'
import { type Comparison, compare } from '../compare/compare-revisions.ts'
import { maskCredentials } from '../credentials/index.ts'
import { type Proposal, type Proposed, openPullRequest } from '../github/open-pull-request.ts'
import { render } from '../review/render/render-comment.ts'
import type { Configuration } from '../source/open-configuration.ts'
import { type FileEdits, withEdits } from '../source/with-edits.ts'

export interface ProposeOptions extends Pick<Proposal, 'remote' | 'base' | 'forge' | 'own'> {
  readonly fingerprint: string
}

/** Opens a pull request with edits, or updates the one that already has them. Its text is the review of the edits. */
export async function proposeEdits(
  configuration: Configuration,
  files: FileEdits,
  title: string,
  { fingerprint, ...where }: ProposeOptions,
): Promise<Proposed> {
  const { repository, folder } = configuration
  if (repository === undefined) {
    throw new Failure('usage', `${folder} is in no git repository, so there is nothing to propose to`, 'leave out --pr')
  }
  const before = { commit: (await configuration.state()).commit, configuration }
  const comparison = await compare(before, withEdits(configuration, files), { fingerprint })
  const { prefix, top } = repository
  return openPullRequest({
    changes: [...files].map(([path, edit]) => ({ path: posix.join(prefix, path), ...edit })),
    title,
    body: bodyOf(comparison),
    folder: top,
    ...where,
  })
}

/** Returns the text of a pull request: the review as its comment says it. */
export function bodyOf(comparison: Comparison): string {
  return maskCredentials(render(comparison).body)
}
