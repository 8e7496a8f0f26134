import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { projects } from '../../test/support/projects.ts'
import { ShortestFirst } from './shortest-first.ts'

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
      // Slow, or about GitHub's API, cost and processes that are killed; what they cover of these rooms others cover too.
      'test/trust/{commands,leaks}.test.ts',
      'test/review/{cost,elsewhere,post}.test.ts',
      'test/edit/{propose,write,git*}.test.ts',
    ],
    pool: 'forks',
    // A process runs one file after another, without loading the program's modules again for each.
    isolate: false,
    maxWorkers: availableParallelism(),
    sequence: { sequencer: ShortestFirst },
    env: { TENFOLD_TEST_SOURCE: '1' },
    setupFiles: ['test/support/homes.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
