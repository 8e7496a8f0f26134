import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { projects } from './test/support/projects.ts'
import { memoryFolder } from './test/support/scratch.ts'

const { unit, mocked, program, alone } = projects()
const globalSetup = ['test/support/built.ts']
const report = process.env['TENFOLD_TEST_REPORT']

// The processes that run the tests inherit it.
const folder = process.env['TMPDIR'] ?? memoryFolder()
if (folder !== undefined) process.env['TMPDIR'] = folder

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: [...unit] } },
      { extends: true, test: { name: 'unit-mocked', include: [...mocked], isolate: true } },
      { extends: true, test: { name: 'program', include: [...program], globalSetup } },
      { extends: true, test: { name: 'program-alone', include: [...alone], globalSetup, isolate: true } },
    ],
    // Processes, and not threads, since a test may change the working directory and the environment.
    pool: 'forks',
    // A test runs most code a few times: with less inlining, the heaviest rooms took a seventh less time.
    execArgv: ['--max-inlined-bytecode-size-cumulative=200'],
    // One process runs one file after another, without loading the program's modules again for each.
    isolate: false,
    // One more than there are cores, because some tests wait: for locks that turn stale, or for a server that is busy.
    maxWorkers: availableParallelism() + 1,
    // The built program is loaded as it is.
    server: { deps: { external: [/\/dist\//] } },
    setupFiles: ['test/support/homes.ts'],
    // A test that hangs has to end some day; how long one takes says how busy the machine is, and fails nothing.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
})
