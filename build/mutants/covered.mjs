import { afterAll, expect } from 'vitest'

/*
 * What Stryker's code reads and writes in each process of tests: which mutant is active, and how often each was come by.
 * A mutant that is come by far more often than without a mistake is in a loop that does not end, and throws.
 */
const { TENFOLD_MUTANT: activeMutant, TENFOLD_MUTANT_HITS: hits } = process.env
const file = expect.getState().testPath ?? ''
const active = activeMutant === undefined ? {} : { activeMutant, hitLimit: Number(hits), hitCount: 0 }
globalThis.__stryker__ = Object.assign(globalThis.__stryker__ ?? {}, { currentTestId: file, ...active })

afterAll(({}, suite) => {
  if (activeMutant === undefined) suite.meta.covered = globalThis.__stryker__.mutantCoverage?.perTest[file]
})
