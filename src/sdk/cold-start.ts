import { type Floor, verifiedHead } from './load/verified-head.ts'
import type { Cache } from './load/disk-cache.ts'
import { quote } from '../base/quote-name.ts'
import { TenfoldError, asDamage } from './tenfold-error.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import type { CurrentRelease } from './current-release.ts'
import { type AdvanceManner, advance } from './load-next-release.ts'
import type { Hash } from './memory/hash-ids.ts'

export interface Started {
  readonly present: CurrentRelease
  /** Why the store itself could not be used, if the kept release answers instead. */
  readonly failure?: TenfoldError
  /** What is wrong with the folder of the kept release, or with packs. */
  readonly warnings: readonly TenfoldError[]
}

/**
 * Loads the first release to answer with: the store's, or the last good one if the store cannot be used. The kept
 * release is verified like any other, and nothing older than it is accepted. @throws {TenfoldError}
 */
export async function start(given: ResolvedOptions, hash: Hash): Promise<Started> {
  const { cache, store } = given
  const warnings: TenfoldError[] = []
  const manner = { hash, warn: (warning: TenfoldError) => warnings.push(warning) }
  if (cache === undefined) return { present: await advance(undefined, given, manner), warnings }
  const { decided, floor, present: kept, warning } = await lastGood(given, cache, manner)
  if (warning !== undefined) warnings.push(warning)
  let present: CurrentRelease
  try {
    present = await advance(kept, decided, manner, store, kept ?? floor)
  } catch (error) {
    const failure = asDamage(error, `the store ${store.url}`)
    if (kept !== undefined) return { present: kept, failure, warnings }
    if (warning === undefined) throw failure
    const message = `${failure.message}; and what was kept cannot answer: ${warning.message}`
    throw new TenfoldError(failure.code, message, { cause: error })
  }
  // Even if nothing is new, damaged or missing objects are repaired.
  const failure = await cache.keep(present, decided, true)
  if (failure !== undefined) warnings.push(failure)
  return { present, warnings }
}

interface LastGood {
  /** With the newest known root. */
  readonly decided: ResolvedOptions
  /** The kept head, which the next release has to follow even if the rest is damaged or expired. */
  readonly floor?: Floor
  readonly present?: CurrentRelease
  readonly warning?: TenfoldError | undefined
}

async function lastGood(decided: ResolvedOptions, cache: Cache, manner: AdvanceManner): Promise<LastGood> {
  let floor: Floor | undefined
  try {
    const store = cache.asKept()
    floor = await verifiedHead(await store.head(), store, decided.trust)
    const { release, document } = floor
    if (decided.environment !== undefined && release.environment !== decided.environment) {
      // Changing the environment starts the cache anew, but continues from the root, which all environments share.
      const message = `what was kept is for ${quote(release.environment)}, and ${quote(decided.environment)} is wanted`
      const { trust: given } = decided
      const trust = document === undefined || given.is === 'local' ? given : { ...given, document }
      return { decided: { ...decided, trust }, warning: new TenfoldError('environment_changed', message) }
    }
    return { decided, floor, present: await advance(undefined, decided, manner, store, floor) }
  } catch (error) {
    const warning = asDamage(error, 'what was kept')
    // Every service starts with nothing kept.
    const isNew = floor === undefined && warning.code === 'store_not_found'
    return { decided, ...(floor !== undefined && { floor }), warning: isNew ? undefined : warning }
  }
}
