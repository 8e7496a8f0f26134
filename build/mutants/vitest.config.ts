import { defineConfig } from 'vitest/config'

/** The tests that run from source and cover the folders that are mutated: the built program has no mutants in it. */
export default defineConfig({
  test: {
    include: [
      'test/domain/**/*.test.ts',
      'test/store/**/*.test.ts',
      'test/trust/**/*.test.ts',
      'test/review/**/*.test.ts',
      'test/edit/**/*.test.ts',
      'test/properties/{region,resolve,tree,growth}.test.ts',
    ],
    pool: 'forks',
    env: { TENFOLD_TEST_SOURCE: '1' },
    setupFiles: ['test/support/homes.ts'],
    testTimeout: 60_000,
  },
})
