import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { fileFailure } from '../compile/failure.ts'

/**
 * Replaces files, each whole or not at all. All are written beside their places before the first is put there, so
 * that a full disk leaves every one as it was. @throws {Failure}
 */
export function writeFiles(files: Iterable<readonly [file: string, text: string]>): void {
  const prepared: { readonly file: string; readonly temporary: string }[] = []
  let at = ''
  try {
    for (const [file, text] of files) {
      at = file
      const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`
      prepared.push({ file, temporary })
      writeFileSync(temporary, text, { flag: 'wx' })
      if (existsSync(file)) chmodSync(temporary, statSync(file).mode)
    }
    for (const { file, temporary } of prepared) {
      at = file
      renameSync(temporary, file)
    }
  } catch (error) {
    for (const { temporary } of prepared) rmSync(temporary, { force: true })
    throw fileFailure(error, `cannot write ${at}`)
  }
}
