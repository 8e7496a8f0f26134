/** However often it failed, a store is looked at again after this, or after `everyMs` where that is longer. */
const MAX_BACK_OFF_MS = 60_000
/** Longer than this, a timer would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * Milliseconds until the next look at the store. Many services that were started together must not ask together, least
 * of all a store that is in trouble: after a failure each waits for some part of the second half of a growing time.
 *
 * @param failures how many looks failed since the last good one.
 */
export function delayAfter(failures: number, everyMs: number, random: () => number = Math.random): number {
  if (failures === 0) return Math.min(everyMs * (0.9 + random() * 0.2), MAX_TIMER_MS)
  const backedOff = Math.min(everyMs * 2 ** Math.min(failures, 16), Math.max(everyMs, MAX_BACK_OFF_MS))
  return Math.min(backedOff * (0.5 + random() * 0.5), MAX_TIMER_MS)
}
