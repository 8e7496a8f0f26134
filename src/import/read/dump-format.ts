import { closeSync, readSync } from 'node:fs'
import { extname } from 'node:path'
import { didYouMean, oneOf } from '../../base/did-you-mean.ts'
import { Failure, fileFailure } from '../../base/failure.ts'
import { quote } from '../../base/quote-name.ts'
import { openFile } from './dump-file.ts'
import { markLength, refuseForeignBytes } from './foreign-bytes.ts'

const FORMATS = ['json', 'jsonl', 'csv'] as const

/** How a dump is written. */
export type DumpFormat = (typeof FORMATS)[number]

/**
 * Returns how a dump is written: as the flag says, else by the file's name, else by its first character. One object
 * after another is often named `.json`: there the first character counts too.
 *
 * Throws a `Failure` of kind `usage` for a file that is none, for an unknown flag, and where nothing tells.
 */
export function formatOfDump(file: string, flag?: string): DumpFormat {
  if (flag !== undefined) {
    const format = FORMATS.find((name) => name === flag)
    if (format !== undefined) return format
    const help = `${didYouMean(flag, FORMATS)}--format takes ${oneOf(FORMATS)}`
    throw new Failure('usage', `there is no format ${quote(flag)}`, help)
  }
  const head = headOf(file)
  const named = BY_EXTENSION[extname(file).toLowerCase()]
  if (named !== undefined && named !== 'json') return named
  const first = firstOf(head)
  if (first === '{') return 'jsonl'
  if (named !== undefined) return named
  if (first === '[') return 'json'
  refuseForeignBytes(head, file, 'save it as UTF-8')
  throw new Failure('usage', `cannot tell how ${file} is written`, `give --format: ${oneOf(FORMATS)}`)
}

const BY_EXTENSION: Readonly<Partial<Record<string, DumpFormat>>> = {
  '.json': 'json',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.csv': 'csv',
  '.tsv': 'csv',
}

function firstOf(head: Uint8Array): string {
  return Buffer.from(head.subarray(markLength(head)))
    .toString('latin1')
    .trimStart()
    .slice(0, 1)
}

function headOf(file: string): Uint8Array {
  const descriptor = openFile(file)
  try {
    const head = Buffer.alloc(64 * 1024)
    return head.subarray(0, readSync(descriptor, head, 0, head.length, 0))
  } catch (error) {
    throw fileFailure(error, `cannot read ${file}`)
  } finally {
    closeSync(descriptor)
  }
}
