import { createVitest } from 'vitest/node'

/*
 * Runs tests against one mutant after another, in a process that may be killed: those of the mutant's own room first,
 * then all others, until one fails. What was not changed is transformed once for all mutants.
 */
/** @typedef {{ readonly path: string, readonly folders: readonly string[] }} Task */
/** @typedef {{ readonly ready: true } | { readonly failed: boolean }} Answer */
const vitest = await createVitest('test', {
  config: 'build/mutants/vitest.config.ts',
  watch: false,
  bail: 1,
  reporters: [{}],
})
const all = await vitest.globTestSpecifications()
/** Whatever fails in the first run fails without any mutant, and is told. */
let isUnchanged = true
tell({ ready: true })

process.on('message', async (/** @type {Task} */ { path, folders }) => {
  vitest.invalidateFile(path)
  const isOwn = (/** @type {{ moduleId: string }} */ { moduleId }) =>
    folders.some((folder) => moduleId.includes(folder))
  const failed = (await fails(all.filter(isOwn))) || (await fails(all.filter((one) => !isOwn(one))))
  vitest.invalidateFile(path)
  isUnchanged = false
  tell({ failed })
})

/** @param {typeof all} files */
async function fails(files) {
  if (files.length === 0) return false
  vitest.state.filesMap.clear()
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(files)
  const failed = testModules.filter((file) => !file.ok())
  if (isUnchanged) {
    for (const error of unhandledErrors) console.error(error)
    for (const file of failed)
      for (const test of file.children.allTests('failed')) console.error(test.fullName, test.result().errors)
  }
  return unhandledErrors.length > 0 || failed.length > 0
}

function tell(/** @type {Answer} */ answer) {
  process.send?.(answer)
}
