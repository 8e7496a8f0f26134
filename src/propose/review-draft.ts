import { createHash } from 'node:crypto'
import { Failure } from '../base/failure.ts'
import { checkSince } from '../check/since/check-since.ts'
import type { TrustedStore } from '../check/previous/previous-release.ts'
import { type Comparison, compare } from '../compare/compare-revisions.ts'
import type { SettingsDraft } from '../draft/draft.ts'
import { type Replayed, conflictsIn, replay } from '../draft/replay-operations.ts'
import { type BranchTip, fetchNewest } from '../git/objects/fetch-newest.ts'
import { resolveRevision } from '../git/history/resolve-revision.ts'
import { type Diagnostic, count } from '../source/diagnostic-types.ts'
import { type Configuration, openConfiguration } from '../source/open-configuration.ts'
import { originWithEdits, withEdits } from '../source/with-edits.ts'
import { canonical } from '../store/format/canonical-json.ts'
import type { ProposalPlace } from './destination.ts'

export interface ReviewOptions {
  /** The configuration's folder. */
  readonly config: string
  readonly fingerprint: string
  /** It may know some of the accounts already. */
  readonly store?: TrustedStore
}

/** What a draft would do to a base: to be looked at before it is proposed. */
export interface DraftReview {
  readonly base: BranchTip
  readonly configuration: Configuration
  readonly replayed: Replayed
  readonly comparison: Comparison
  /** What is wrong with the files of the change, and what is wrong elsewhere because of it. */
  readonly diagnostics: readonly Diagnostic[]
  /** Differs where the operations, their outcomes, the answers or the errors do. */
  readonly digest: string
}

/** Returns what a proposal would change: the newest commit of the remote's default branch, or HEAD. @throws {Failure} */
export async function newestBase({ repository, destination }: ProposalPlace): Promise<BranchTip> {
  if (destination.is !== 'local') return fetchNewest(repository, destination.url, destination.settings)
  const commit = await resolveRevision(repository, 'HEAD').catch(() => {
    throw new Failure('usage', 'there is no commit yet to propose a change of', 'commit the configuration first')
  })
  const branch = (await repository.run(['rev-parse', '--abbrev-ref', 'HEAD'])).trim()
  return { branch, commit }
}

/** Replays a draft on a base, and reviews the result as a pull request is reviewed. @throws {Failure} */
export async function reviewDraft(
  { operations }: Pick<SettingsDraft, 'operations'>,
  base: BranchTip,
  { config, fingerprint, store }: ReviewOptions,
): Promise<DraftReview> {
  const configuration = await openConfiguration(config, base.commit)
  const replayed = await replay(configuration, operations)
  const options = { fingerprint, ...(store !== undefined && { store }) }
  const before = { commit: base.commit, configuration }
  const comparison = await compare(before, withEdits(configuration, replayed.files), options)
  const { diagnostics } = await checkSince(configuration, originWithEdits(configuration, replayed.files), options)
  return {
    base,
    configuration,
    replayed,
    comparison,
    diagnostics,
    digest: digestOf(operations, replayed, comparison, diagnostics),
  }
}

/** Whether the base has all of a draft. */
export function isAllDone({ replayed }: DraftReview): boolean {
  return replayed.files.size === 0 && [...replayed.outcomes.values()].every(({ is }) => is === 'done')
}

/** Whether a draft may be proposed as it is: it changes something, nothing is in conflict, and it makes nothing wrong. */
export function isReady({ replayed, diagnostics }: DraftReview): boolean {
  return replayed.files.size > 0 && conflictsIn(replayed).size === 0 && count(diagnostics, 'error') === 0
}

function digestOf(
  operations: SettingsDraft['operations'],
  { outcomes }: Replayed,
  { compared }: Comparison,
  diagnostics: readonly Diagnostic[],
): string {
  const { base: _base, head: _head, ...answers } = compared?.diff ?? { base: null, head: null }
  const became = [...outcomes].map(([name, { is }]) => [name, is])
  const wrong = diagnostics.map(({ rule, file, message }) => [rule, file, message])
  return createHash('sha256')
    .update(canonical([operations, became, answers, wrong]))
    .digest('hex')
}
