import { resolve } from 'node:path'

/*
 * Stryker runs tests in threads, where the working directory cannot be changed. Commands ask for it through
 * `process.cwd()` alone, so that one of the thread's own takes its place.
 */
let folder = process.cwd()
process.cwd = () => folder
process.chdir = (to) => {
  folder = resolve(folder, to)
}
