import { randomBytes } from 'node:crypto'
import { type Stats, chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { codeOf, fileFailure } from './failure.ts'

/**
 * Replaces files, each whole or not at all; null removes one. All are written beside their places before the first is
 * moved there, so that a full disk leaves every one as it was, and files are removed only once all the others are in
 * place. What is not a file, such as a pipe, is written to and stays what it is.
 * @throws {Failure}
 */
export function writeFiles(files: Iterable<readonly [file: string, text: string | null]>): void {
  const going: { readonly file: string; readonly temporary: string }[] = []
  const prepared: { readonly file: string; readonly temporary: string }[] = []
  const streams: (readonly [file: string, text: string])[] = []
  let at = ''
  try {
    for (const [file, text] of files) {
      at = file
      if (text === null) {
        going.push({ file, temporary: besides(file) })
        continue
      }
      const there = whatIsAt(file)
      if (there !== undefined && !there.isFile() && !there.isDirectory()) {
        streams.push([file, text])
        continue
      }
      // A link keeps leading to its file.
      const place = there === undefined ? file : realpathSync(file)
      const temporary = besides(place)
      prepared.push({ file: place, temporary })
      writeFileSync(temporary, text, { flag: 'wx' })
      if (there !== undefined) chmodSync(temporary, there.mode)
    }
    for (const { file, temporary } of going) {
      at = file
      renameSync(file, temporary)
    }
    for (const { file, temporary } of prepared) {
      at = file
      renameSync(temporary, file)
    }
    for (const { temporary } of going) discard(temporary)
    for (const [file, text] of streams) {
      at = file
      writeFileSync(file, text)
    }
  } catch (error) {
    for (const { temporary } of prepared) discard(temporary)
    for (const { file, temporary } of going) putBack(temporary, file)
    throw fileFailure(error, `cannot write ${at}`)
  }
}

/**
 * Returns the name that a file has until it is whole. It begins with a dot: a process killed in between leaves a file
 * that is no part of the configuration.
 */
function besides(file: string): string {
  return join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`)
}

function whatIsAt(file: string): Stats | undefined {
  try {
    return statSync(file)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** What was not removed yet is where it was. */
function putBack(temporary: string, file: string): void {
  try {
    renameSync(temporary, file)
  } catch {
    // It was never moved.
  }
}

/** What cannot be removed was never made. */
function discard(temporary: string): void {
  try {
    rmSync(temporary, { force: true })
  } catch {
    // The failure that led here is the one to report.
  }
}
