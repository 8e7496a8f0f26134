import type { CurrentRelease } from './current-release.ts'
import { checkSecrets, checkShrinking } from './load/release-guards.ts'
import { type StableRelease, loadCandidate } from './rollout/load-candidate.ts'
import { type Floor, verifiedHead, follows, isExpired, isLaterWord } from './load/verified-head.ts'
import { quote } from '../base/quote-name.ts'
import { TenfoldError } from './tenfold-error.ts'
import { type LoadManner, load } from './load/load-release.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { Reader } from './snapshot-reader.ts'
import type { StoreReader } from '../store/backend-types.ts'

/** How accounts are found, and who is told of what keeps no release from answering. */
export type AdvanceManner = Omit<LoadManner, 'lazy'>

/**
 * Loads the store's current release: the same object if nothing is new, otherwise the next release, which shares
 * whatever did not change. In this order: bound, verify, check environment, seq and expiry, fetch by digest, check,
 * apply the policy, unseal, build. Nothing takes effect until all of it is done.
 *
 * @param floor the release that the next one has to follow, if it is not the current one.
 * @throws {TenfoldError} when the release must not be used.
 */
export async function advance(
  present: CurrentRelease | undefined,
  decided: ResolvedOptions,
  manner: AdvanceManner,
  store: StoreReader = decided.store,
  floor: Floor | undefined = present,
): Promise<CurrentRelease> {
  const bytes = await store.head()
  if (present !== undefined && bytes.equals(present.head.bytes)) return present
  const next = await verifiedHead(bytes, store, decided.trust, floor)
  if (decided.environment !== undefined && next.release.environment !== decided.environment) {
    throw new TenfoldError(
      'environment_changed',
      `the store offers a release for ${quote(next.release.environment)}, and ${quote(decided.environment)} is wanted`,
    )
  }
  const isLater = floor === undefined || follows(next, floor)
  if (!isLater && present !== undefined) {
    // A store with an older signed head, which expires sooner, brings nothing new.
    if (!isLaterWord(next, present)) return present
    return withRollout({ ...present, ...next }, present, decided, manner, store)
  }
  if (decided.trust.is === 'root' && isExpired(next.release, decided.now())) {
    throw new TenfoldError('expired', `release ${next.release.seq} of ${store.url} expired at ${next.release.expires}`)
  }
  const { release, document } = next
  // What was a candidate may be the next stable content.
  const known = present?.rollout?.content.root === release.root ? present.rollout.content : present?.content
  const content = await load(store, release, known, { ...manner, lazy: decided.lazy })
  if (present !== undefined) {
    const counts = { before: present.content.accounts.count, after: content.accounts.count }
    const since = next.epoch > present.epoch ? 0 : present.release.seq
    checkShrinking(counts, release.shrunk_at !== null && release.shrunk_at > since, `release ${release.seq}`)
  }
  checkSecrets(content, document)
  const keys = await decided.keys(release, store, present)
  const label = {
    release: 'stable',
    seq: release.seq,
    commit: release.commit,
    id: release.candidate?.id ?? null,
  } as const
  const reader = new Reader(label, content, { ...decided, keys }, present?.reader)
  return withRollout({ ...next, content, keys, reader }, present, decided, manner, store)
}

async function withRollout(
  stable: StableRelease,
  present: CurrentRelease | undefined,
  { lazy, now, onUnknownAccount }: ResolvedOptions,
  manner: AdvanceManner,
  store: StoreReader,
): Promise<CurrentRelease> {
  const how = { ...manner, lazy, now, onUnknownAccount, store }
  return { ...stable, rollout: await loadCandidate(stable, present?.rollout, store, how) }
}
