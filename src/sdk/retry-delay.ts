/** However often polls failed, a store is polled again after this, or after `everyMs` if that is longer. */
const MAX_BACK_OFF_MS = 60_000
/** A timer with a longer delay would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * Returns the milliseconds until the next poll of the store. Many services that were started together must not poll
 * together, least of all a store in trouble: after a failure each waits for a random part of the second half of a
 * growing delay.
 *
 * @param failures how many polls have failed since the last good one.
 */
export function delayAfter(failures: number, everyMs: number, random: () => number = Math.random): number {
  if (failures === 0) return Math.min(everyMs * (0.9 + random() * 0.2), MAX_TIMER_MS)
  const backedOff = Math.min(everyMs * 2 ** Math.min(failures, 16), Math.max(everyMs, MAX_BACK_OFF_MS))
  return Math.min(backedOff * (0.5 + random() * 0.5), MAX_TIMER_MS)
}
