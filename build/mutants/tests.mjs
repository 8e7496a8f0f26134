import { availableParallelism } from 'node:os'
import { createVitest } from 'vitest/node'

/*
 * Runs tests, with one mutant after another or with none, in a process that may be killed. Without a mutant, each file
 * of tests has a process of its own, so that it is known what all of it runs; with one, the files run one after another
 * until a test fails.
 */
/** @typedef {{ readonly mutant?: string, readonly hits?: number, readonly files: readonly string[] }} Task */
/** @typedef {{ readonly file: string, readonly ms: number, readonly covered: Readonly<Record<string, number>> }} Tested */
/** @typedef {{ readonly failed: boolean, readonly tested: readonly Tested[] }} Answer */
const isMutated = process.argv[2] === 'mutated'
const vitest = await createVitest('test', {
  config: 'build/mutants/vitest.config.ts',
  watch: false,
  reporters: [{}],
  ...(isMutated ? { bail: 1, isolate: false, maxWorkers: 1 } : { isolate: true, maxWorkers: availableParallelism() }),
})
const all = await vitest.globTestSpecifications()
process.send?.({ files: all.map(({ moduleId }) => moduleId) })

process.on('message', async (/** @type {Task} */ { mutant, hits, files }) => {
  if (mutant !== undefined) Object.assign(process.env, { TENFOLD_MUTANT: mutant, TENFOLD_MUTANT_HITS: `${hits}` })
  vitest.state.filesMap.clear()
  const chosen = files.flatMap((file) => all.filter(({ moduleId }) => moduleId === file))
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(chosen)
  const failed = testModules.filter((file) => !file.ok())
  if (!isMutated) {
    for (const error of unhandledErrors) console.error(error)
    for (const file of failed) {
      console.error(file.moduleId, file.errors())
      for (const test of file.children.allTests('failed')) console.error(test.fullName, test.result().errors)
    }
  }
  /** @type {Answer} */
  const answer = {
    failed: unhandledErrors.length > 0 || failed.length > 0,
    tested: testModules.map((file) => {
      const { duration, collectDuration, setupDuration } = file.diagnostic()
      return { file: file.moduleId, ms: duration + collectDuration + setupDuration, covered: file.meta().covered ?? {} }
    }),
  }
  process.send?.(answer)
})
