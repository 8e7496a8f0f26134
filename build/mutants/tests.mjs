import { createVitest } from 'vitest/node'

/*
 * Runs tests against one mutant after another, in a process that may be killed. What was not changed is transformed once
 * for all mutants.
 */
/** @typedef {{ readonly path: string | undefined, readonly turns: readonly (readonly string[])[] }} Task */
/** @typedef {{ readonly failed: boolean, readonly took: readonly (readonly [file: string, ms: number])[] }} Answer */
const vitest = await createVitest('test', {
  config: 'build/mutants/vitest.config.ts',
  watch: false,
  bail: 1,
  reporters: [{}],
})
const all = await vitest.globTestSpecifications()
/** Whatever fails in the first run fails without any mutant, and is told. */
let isUnchanged = true
process.send?.({ files: all.map(({ moduleId }) => moduleId) })

process.on('message', async (/** @type {Task} */ { path, turns }) => {
  if (path !== undefined) vitest.invalidateFile(path)
  /** @type {Answer} */
  let answer = { failed: false, took: [] }
  for (const files of turns) if (!answer.failed && files.length > 0) answer = await run(new Set(files))
  if (path !== undefined) vitest.invalidateFile(path)
  isUnchanged = false
  process.send?.(answer)
})

/** @param {ReadonlySet<string>} files @returns {Promise<Answer>} */
async function run(files) {
  vitest.state.filesMap.clear()
  const chosen = all.filter(({ moduleId }) => files.has(moduleId))
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(chosen)
  const failed = testModules.filter((file) => !file.ok())
  if (isUnchanged) {
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
