import { dirname, resolve } from 'node:path'
import { fileFailure } from '../base/failure.ts'
import { makeFolder } from '../base/own-folders.ts'
import { writeFiles } from '../base/write-files.ts'
import { refuseTrackedLink } from '../git/worktree/is-tracked.ts'

/** Writes files that a command makes, with the folders that they need. @throws {Failure} */
export async function writeOutputs(files: readonly (readonly [file: string, text: string])[]): Promise<void> {
  // A checkout must not say where they are written.
  for (const [file] of files) await refuseTrackedLink(resolve(file))
  for (const folder of new Set(files.map(([file]) => dirname(resolve(file))))) {
    try {
      makeFolder(folder)
    } catch (error) {
      throw fileFailure(error, `cannot make ${folder}`)
    }
  }
  writeFiles(files)
}
