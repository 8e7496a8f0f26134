import fc from 'fast-check'

/**
 * The same cases every time, unless `TENFOLD_SEED` asks for others; `TENFOLD_RUNS` multiplies how many there are.
 */
export function settle(): void {
  fc.configureGlobal({ seed: SEED, endOnFailure: true })
}

export const SEED = Number(process.env['TENFOLD_SEED'] ?? 42)

const FACTOR = Number(process.env['TENFOLD_RUNS'] ?? 1)

/** Milliseconds after which a property is taken for hung. */
export const SLOW = 900_000 * Math.max(1, FACTOR)

export function runs(count: number): { numRuns: number } {
  return { numRuns: Math.max(1, Math.round(count * FACTOR)) }
}
