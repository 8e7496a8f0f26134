import type { StoreReader } from '../../store/backend-types.ts'
import type { Candidate } from '../../store/format/rollout.ts'
import type { CurrentRelease } from '../current-release.ts'
import { type LoadManner, load } from '../load/load-release.ts'
import type { LoadedContent } from '../load/loaded-content.ts'
import { checkSecrets, checkShrinking } from '../load/release-guards.ts'
import { isPast } from '../load/verified-head.ts'
import type { ReaderOptions } from '../snapshot-reader.ts'
import { Reader } from '../snapshot-reader.ts'
import { TenfoldError, asDamage } from '../tenfold-error.ts'
import { RunningRollout } from './running-rollout.ts'

/** A release without its rollout. */
export type StableRelease = Omit<CurrentRelease, 'rollout'>

/** How candidates are loaded: as the release, and with its clock. */
export interface CandidateManner extends LoadManner, Omit<ReaderOptions, 'keys'> {
  readonly now: () => number
}

/**
 * Loads the candidate of a release, sharing what the stable content or the rollout before has of it. It is of use as a
 * whole or not at all: one that is damaged, loses accounts or would send keys elsewhere is a warning, and everybody stays
 * on the stable release.
 */
export async function loadCandidate(
  stable: StableRelease,
  before: RunningRollout | undefined,
  store: StoreReader,
  manner: CandidateManner,
): Promise<RunningRollout | undefined> {
  const { release, reader } = stable
  const { candidate, rollout, issued } = release
  if (candidate === null || rollout === null || rollout.stage === 'stopped') return undefined
  if (isPast(candidate.until, issued, manner.now())) return undefined
  try {
    const content = await contentOf(candidate, stable, before, store, manner)
    const isReused = before?.content === content && before.candidateReader.seq === release.seq
    const label = { release: 'candidate', seq: release.seq, commit: candidate.commit, id: candidate.id } as const
    const own = isReused
      ? before.candidateReader
      : new Reader(label, content, { ...manner, keys: stable.keys }, before?.candidateReader ?? reader)
    return new RunningRollout(reader, { content, reader: own }, candidate, rollout, rollout.stage, release)
  } catch (error) {
    const { message } = asDamage(error, `the store ${store.url}`)
    const what = `the candidate ${candidate.id} of release ${release.seq}`
    manner.warn(new TenfoldError('candidate_unusable', `${what} cannot answer: ${message}`, { cause: error }))
    return undefined
  }
}

/** @throws {TenfoldError} */
async function contentOf(
  { root, id }: Candidate,
  { release, content: stable, document }: StableRelease,
  before: RunningRollout | undefined,
  store: StoreReader,
  manner: CandidateManner,
): Promise<LoadedContent> {
  const known = before?.content.root === root ? before.content : stable
  const content = await load(store, { root, packs: release.packs }, known, manner)
  const counts = { before: stable.accounts.count, after: content.accounts.count }
  // It is counted against the stable content, whatever the reader had before: only this release can say that it is meant.
  checkShrinking(counts, release.shrunk_at === release.seq, `the candidate ${id}`)
  checkSecrets(content, document)
  return content
}
