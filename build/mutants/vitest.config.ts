import { defineConfig } from 'vitest/config'
import { projects } from '../../test/support/projects.ts'
import { memoryFolder } from '../../test/support/scratch.ts'
import { AsGiven } from './as-given.ts'

// The processes that run the tests inherit it.
const folder = process.env['TMPDIR'] ?? memoryFolder()
if (folder !== undefined) process.env['TMPDIR'] = folder

/** The tests that run from source, and those of the program that cover the folders that are mutated. */
export default defineConfig({
  test: {
    include: [
      ...projects().unit,
      'test/{domain,store,publish,trust,review,edit}/**/*.test.ts',
      'test/properties/resolve.test.ts',
      'test/cli/{debug,explain,get,places}.test.ts',
    ],
    exclude: [
      // About the repository itself.
      'test/*.test.ts',
      // About time and memory, which the mistakes that are not made take too.
      'test/properties/growth.test.ts',
      'test/sdk/lazy-bound.test.ts',
      // Slow, or about GitHub's API, cost and processes that are killed; what they cover of these rooms others cover too.
      'test/trust/{commands,leaks}.test.ts',
      'test/review/{cost,elsewhere,post}.test.ts',
      'test/edit/{propose,write,git*}.test.ts',
    ],
    pool: 'forks',
    sequence: { sequencer: AsGiven },
    env: { TENFOLD_TEST_SOURCE: '1' },
    setupFiles: ['test/support/homes.ts', 'build/mutants/covered.mjs'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
