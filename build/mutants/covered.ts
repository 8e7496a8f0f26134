import { afterAll, expect } from 'vitest'

/*
 * What Stryker's code reads and writes: which mutant is active, and how often each was come by. A mutant that is come by
 * far more often than without a mistake is in a loop that does not end, and throws.
 */
declare global {
  var __stryker__: Stryker | undefined
}

interface Stryker {
  readonly activeMutant?: string | undefined
  readonly hitLimit?: number
  hitCount?: number
  readonly currentTestId: string
  mutantCoverage?: { readonly perTest: Readonly<Record<string, Readonly<Record<string, number>>>> }
}

declare module 'vitest' {
  interface TaskMeta {
    /** How often the tests of a file came by each mutant. */
    covered?: Readonly<Record<string, number>> | undefined
  }
}

const { TENFOLD_MUTANT: activeMutant, TENFOLD_MUTANT_HITS: hits } = process.env
const file = expect.getState().testPath ?? ''
const stryker: Stryker =
  activeMutant === undefined
    ? { currentTestId: file }
    : { currentTestId: file, activeMutant, hitLimit: Number(hits), hitCount: 0 }
globalThis.__stryker__ = Object.assign(globalThis.__stryker__ ?? {}, stryker)

afterAll(({}, suite) => {
  if (activeMutant === undefined) suite.meta.covered = globalThis.__stryker__?.mutantCoverage?.perTest[file]
})
