import fc from 'fast-check'

/** The same cases every time, unless `TENFOLD_SEED` asks for others. */
export function settle(): void {
  fc.configureGlobal({ seed: SEED, endOnFailure: true })
}

export const SEED = Number(process.env['TENFOLD_SEED'] ?? 42)

/**
 * The share that is tried of the random cases, of the points to be killed at, and of tables that are crossed: a quarter,
 * so that `npm test` takes minutes. A pull request's workflow sets `TENFOLD_RUNS` to 1 and tries all; more than 1 makes
 * more of them.
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

/**
 * Those of a list that are tried in a turn, where every turn would try all of them: where not all are, each turn has
 * others, so that several turns try all.
 */
export function some<T>(all: readonly T[], turn: number): readonly T[] {
  return all.filter((_, i) => (i + turn) % stride(1) === 0)
}
