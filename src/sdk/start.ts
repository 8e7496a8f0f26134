import { believe } from './believe.ts'
import { type TenfoldError, asDamage } from './errors.ts'
import type { Decided } from './options.ts'
import { type Floor, type Present, advance } from './refresh.ts'
import type { Hash } from './table.ts'

export interface Started {
  readonly present: Present
  /** Why the store itself could not be used, where the kept release answers instead. */
  readonly failure?: TenfoldError
  /** What is wrong with the folder of the kept release. */
  readonly warning?: TenfoldError | undefined
}

/**
 * The first release to answer with: the store's, or the last good one where the store cannot be used. What was kept is
 * verified like anything else, and nothing older than it is taken. @throws {TenfoldError}
 */
export async function start(decided: Decided, hash: Hash): Promise<Started> {
  const { cache } = decided
  if (cache === undefined) return { present: await advance(undefined, decided, hash) }
  const { floor, present: kept, warning } = await lastGood(decided, hash)
  let present: Present
  try {
    present = await advance(kept, decided, hash, decided.store, kept ?? floor)
  } catch (error) {
    if (kept === undefined) throw error
    return { present: kept, failure: asDamage(error, `the store ${decided.store.url}`), warning }
  }
  const failure = present === kept ? cache.takeFailure() : await cache.keep(present, present.content, decided.now())
  return { present, warning: warning ?? failure }
}

interface LastGood {
  /** The kept head, which the next release has to follow even where the rest is damaged or expired. */
  readonly floor: Floor | undefined
  readonly present: Present | undefined
  readonly warning: TenfoldError | undefined
}

async function lastGood(decided: Decided, hash: Hash): Promise<LastGood> {
  let floor: Floor | undefined
  try {
    const { cache } = decided
    if (cache === undefined) return { floor, present: undefined, warning: undefined }
    floor = await believe(await cache.kept.head(), cache.kept, decided.trust, undefined)
    return { floor, present: await advance(undefined, decided, hash, cache.kept), warning: undefined }
  } catch (error) {
    const warning = asDamage(error, 'what was kept')
    // Nothing kept yet is how everybody begins.
    return { floor, present: undefined, warning: warning.code === 'store_not_found' ? undefined : warning }
  }
}
