import fc from 'fast-check'

/** The same cases every time, unless `TENFOLD_SEED` asks for others. */
export function settle(): void {
  fc.configureGlobal({ seed: SEED, endOnFailure: true })
}

export const SEED = Number(process.env['TENFOLD_SEED'] ?? 42)

/**
 * The share of the random cases, and of the points to be killed at, that are tried: a quarter, so that `npm test` takes
 * minutes. CI sets `TENFOLD_RUNS` to 1 and tries all; more than 1 makes more of them.
 */
const FACTOR = Number(process.env['TENFOLD_RUNS'] ?? 0.25)

/** Milliseconds after which a property is taken for hung. */
export const SLOW = 900_000 * Math.max(1, FACTOR)

/** How many of so many random cases are tried. */
export function runs(count: number): { numRuns: number } {
  return { numRuns: Math.max(1, Math.round(count * FACTOR)) }
}

/** How far apart points are tried of which all, or every one of so many, would be. */
export function stride(step: number): number {
  return Math.max(1, Math.round(step / FACTOR))
}
