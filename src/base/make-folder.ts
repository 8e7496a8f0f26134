import { mkdirSync, statSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from './failure.ts'

/**
 * Makes a folder, and those above it that are not there. node's own `recursive` never ends where a file system has no
 * place for a folder and says that it is not there, as below `/proc`.
 *
 * @throws {Error} of the system, `EEXIST` where something else is in the way.
 */
export function makeFolder(folder: string, mode = 0o777): void {
  try {
    mkdirSync(folder, mode)
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && statSync(folder).isDirectory()) return
    const above = dirname(folder)
    if (codeOf(error) !== 'ENOENT' || above === folder) throw error
    makeFolder(above, mode)
    mkdirUnlessThere(folder, mode)
  }
}

function mkdirUnlessThere(folder: string, mode: number): void {
  try {
    mkdirSync(folder, mode)
  } catch (error) {
    // Another process may have made it in between.
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

/** Does the same without waiting for the disk. */
export async function makeFolderSoon(folder: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(folder, mode)
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await stat(folder)).isDirectory()) return
    const above = dirname(folder)
    if (codeOf(error) !== 'ENOENT' || above === folder) throw error
    await makeFolderSoon(above, mode)
    await mkdir(folder, mode).catch((again: unknown) => {
      if (codeOf(again) !== 'EEXIST') throw again
    })
  }
}
