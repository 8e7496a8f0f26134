import { type Floor, verifyRelease } from './load/verified-head.ts'
import type { Cache } from './load/disk-cache.ts'
import { quote } from '../base/quote-name.ts'
import { TenfoldError, asDamage } from './tenfold-error.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { type CurrentRelease, advance } from './load-next-release.ts'
import type { Hash } from './memory/hash-ids.ts'

export interface Started {
  readonly present: CurrentRelease
  /** Why the store itself could not be used, where the kept release answers instead. */
  readonly failure?: TenfoldError
  /** What is wrong with the folder of the kept release. */
  readonly warning?: TenfoldError | undefined
}

/**
 * The first release to answer with: the store's, or the last good one where the store cannot be used. What was kept is
 * verified like anything else, and nothing older than it is taken. @throws {TenfoldError}
 */
export async function start(given: ResolvedOptions, hash: Hash): Promise<Started> {
  const { cache, store } = given
  if (cache === undefined) return { present: await advance(undefined, given, hash) }
  const { decided, floor, present: kept, warning } = await lastGood(given, cache, hash)
  let present: CurrentRelease
  try {
    present = await advance(kept, decided, hash, store, kept ?? floor)
  } catch (error) {
    const failure = asDamage(error, `the store ${store.url}`)
    if (kept !== undefined) return { present: kept, failure, warning }
    if (warning === undefined) throw failure
    const message = `${failure.message}; and what was kept cannot answer: ${warning.message}`
    throw new TenfoldError(failure.code, message, { cause: error })
  }
  // Where nothing is new, what is damaged or missing is mended all the same.
  const failure = await cache.keep(present, present.content, decided, true)
  return { present, warning: warning ?? failure }
}

interface LastGood {
  /** With the newest root that is known. */
  readonly decided: ResolvedOptions
  /** The kept head, which the next release has to follow even where the rest is damaged or expired. */
  readonly floor?: Floor
  readonly present?: CurrentRelease
  readonly warning?: TenfoldError | undefined
}

async function lastGood(decided: ResolvedOptions, cache: Cache, hash: Hash): Promise<LastGood> {
  let floor: Floor | undefined
  try {
    const store = cache.asKept()
    floor = await verifyRelease(await store.head(), store, decided.trust)
    const { release, document } = floor
    if (decided.environment !== undefined && release.environment !== decided.environment) {
      // Whoever names another environment begins it anew, but goes on from the root, which is that of all of them.
      const message = `what was kept is for ${quote(release.environment)}, and ${quote(decided.environment)} is wanted`
      const { trust: given } = decided
      const trust = document === undefined || given.is === 'local' ? given : { ...given, document }
      return { decided: { ...decided, trust }, warning: new TenfoldError('environment_changed', message) }
    }
    return { decided, floor, present: await advance(undefined, decided, hash, store, floor) }
  } catch (error) {
    const warning = asDamage(error, 'what was kept')
    // Nothing kept yet is how everybody begins.
    const isNew = floor === undefined && warning.code === 'store_not_found'
    return { decided, ...(floor !== undefined && { floor }), warning: isNew ? undefined : warning }
  }
}
