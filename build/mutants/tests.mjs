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
tell({ ready: true })

process.on('message', async (/** @type {Task} */ { path, folders }) => {
  vitest.invalidateFile(path)
  const isOwn = (/** @type {{ moduleId: string }} */ { moduleId }) =>
    folders.some((folder) => moduleId.includes(folder))
  const failed = (await fails(all.filter(isOwn))) || (await fails(all.filter((one) => !isOwn(one))))
  vitest.invalidateFile(path)
  tell({ failed })
})

/** @param {typeof all} files */
async function fails(files) {
  if (files.length === 0) return false
  vitest.state.filesMap.clear()
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(files)
  return unhandledErrors.length > 0 || testModules.some((file) => !file.ok())
}

function tell(/** @type {Answer} */ answer) {
  process.send?.(answer)
}
