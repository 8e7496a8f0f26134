import { readFileSync } from 'node:fs'
import { Failure, codeOf, fileFailure } from '../base/failure.ts'
import { decodeText } from '../source/parse/parse-file.ts'

/** Reads the file that a flag names, or stdin for `-`. @throws {Failure} */
export function readInput(file: string): string {
  const shown = file === '-' ? 'stdin' : file
  const { text, problem } = decodeText(readBytes(file, shown))
  if (problem !== undefined) throw new Failure('usage', `${shown} is not UTF-8`, 'save it as UTF-8')
  // An editor's byte order mark is not part of the text.
  return text.replace(/^\ufeff/, '')
}

function readBytes(file: string, shown: string): Uint8Array {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    const failure = fileFailure(error, `cannot read ${shown}`)
    throw ['ENOENT', 'EISDIR'].includes(codeOf(error)) ? new Failure('usage', failure.message, failure.help) : failure
  }
}
