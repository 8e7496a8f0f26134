import { createVitest } from 'vitest/node'

/*
 * Runs tests against one mutant after another, in a process that may be killed. What was not changed is transformed once
 * for all mutants.
 */
/** Without a path nothing is mutated, and whatever fails is told. */
/** @typedef {{ readonly path: string | undefined, readonly turns: readonly (readonly string[])[] }} Task */
/** @typedef {{ readonly failed: boolean, readonly took: readonly (readonly [file: string, ms: number])[] }} Answer */
const vitest = await createVitest('test', {
  config: 'build/mutants/vitest.config.ts',
  watch: false,
  bail: 1,
  reporters: [{}],
})
const all = await vitest.globTestSpecifications()
process.send?.({ files: all.map(({ moduleId }) => moduleId) })

process.on('message', async (/** @type {Task} */ { path, turns }) => {
  if (path !== undefined) vitest.invalidateFile(path)
  /** @type {Answer} */
  let answer = { failed: false, took: [] }
  for (const files of turns) {
    if (!answer.failed && files.length > 0) answer = await run(new Set(files), path === undefined)
  }
  if (path !== undefined) vitest.invalidateFile(path)
  process.send?.(answer)
})

/** @param {ReadonlySet<string>} files @param {boolean} isTold @returns {Promise<Answer>} */
async function run(files, isTold) {
  vitest.state.filesMap.clear()
  const chosen = all.filter(({ moduleId }) => files.has(moduleId))
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(chosen)
  const failed = testModules.filter((file) => !file.ok())
  if (isTold) {
    for (const error of unhandledErrors) console.error(error)
    for (const file of failed)
      for (const test of file.children.allTests('failed')) console.error(test.fullName, test.result().errors)
  }
  return {
    failed: unhandledErrors.length > 0 || failed.length > 0,
    took: testModules.map((file) => {
      const { duration, collectDuration, setupDuration } = file.diagnostic()
      return [file.moduleId, duration + collectDuration + setupDuration]
    }),
  }
}
