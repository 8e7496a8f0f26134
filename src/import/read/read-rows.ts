import { closeSync, readSync } from 'node:fs'
import { Failure, fileFailure } from '../../base/failure.ts'
import type { RowFlaw } from '../row-flaw.ts'
import { chunksOf, openFile } from './dump-file.ts'
import { type FoundRow, MAX_DEPTH, MAX_ROW, type RowSpan, splitRows } from './row-spans.ts'

/** One value of a dump, and where it is. */
export interface DumpRow {
  readonly span: RowSpan
  /** From 1. */
  readonly number: number
  /** What JSON.parse makes of it; undefined where the row is wrong. */
  readonly value: unknown
  readonly wrong?: RowFlaw
}

/**
 * Reads the rows of a dump in their order. A row that is wrong by itself is one of them, and reading goes on.
 *
 * Throws a `Failure`: `usage` for a file that is none, `world` for one that cannot be read, `refused` where rows cannot
 * be told apart.
 */
export async function* readRows(file: string, format: 'json' | 'jsonl'): AsyncGenerator<DumpRow, void, undefined> {
  for await (const found of splitRows(chunksOf(file), format, file)) yield rowOf(found)
}

/** Reads rows again, by where they are: a second pass over a dump needs none of them in memory. */
export class RowFile {
  readonly #file: string
  readonly #descriptor: number

  private constructor(file: string, descriptor: number) {
    this.#file = file
    this.#descriptor = descriptor
  }

  /** Throws a `Failure` as `readRows` does. */
  static open(file: string): RowFile {
    return new RowFile(file, openFile(file))
  }

  /** Returns the value of a row that was right when it was read. */
  at(span: RowSpan): unknown {
    const parsed = parseRow(this.#bytes(span))
    if ('value' in parsed) return parsed.value
    throw this.#changed(span)
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #bytes({ start, length, line }: RowSpan): Uint8Array {
    const bytes = Buffer.allocUnsafe(length)
    let read = 0
    try {
      while (read < length) {
        const more = readSync(this.#descriptor, bytes, read, length - read, start + read)
        if (more === 0) break
        read += more
      }
    } catch (error) {
      throw fileFailure(error, `cannot read ${this.#file}`)
    }
    if (read < length) throw this.#changed({ start, length, line })
    return bytes
  }

  #changed({ line }: RowSpan): Failure {
    return new Failure('world', `${this.#file}:${line}: the file was changed while it was read`, 'import it again')
  }
}

function rowOf(found: FoundRow): DumpRow {
  const { span, number } = found
  if ('over' in found) return { span, number, value: undefined, wrong: OVER[found.over] }
  const parsed = parseRow(found.bytes)
  return 'value' in parsed ? { span, number, value: parsed.value } : { span, number, value: undefined, wrong: parsed }
}

const OVER: Readonly<Record<'size' | 'depth', RowFlaw>> = {
  size: {
    reason: `the row is over ${MAX_ROW / 1024 / 1024} MiB`,
    help: 'no settings are that long: leave the row out',
  },
  depth: {
    reason: `the row has lists or objects more than ${MAX_DEPTH} deep in each other`,
    help: 'no settings are that deep: leave the row out',
  },
}

/** What JSON.parse says is not passed on: it quotes the row. */
function parseRow(bytes: Uint8Array): { readonly value: unknown } | RowFlaw {
  let text: string
  try {
    text = STRICT.decode(bytes)
  } catch {
    return { reason: 'the row is not UTF-8', help: 'dump it as UTF-8' }
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return hasNoJsonNumber(text)
      ? {
          reason: 'the row has NaN or Infinity, which JSON has no word for',
          help: 'give it a number or null, and dump it again',
        }
      : { reason: 'the row is not JSON', help: 'correct it in the database, or dump it again' }
  }
  if (ESCAPED_SURROGATE.test(text) && hasLoneSurrogate(value)) {
    return { reason: 'the row has half of a surrogate pair in a text', help: 'correct the text in the database' }
  }
  return { value }
}

/** Made once: making one takes longer than decoding a row. */
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

// What is decoded from UTF-8 has none, so that most rows need not be searched.
const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/
const LONE = /\p{Surrogate}/u

/** `value` is at most `MAX_DEPTH` deep. */
function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === 'string') return LONE.test(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, below]) => LONE.test(key) || hasLoneSurrogate(below))
}

/** Whether there is a NaN or an Infinity outside of strings. */
function hasNoJsonNumber(text: string): boolean {
  const words = /"|\bNaN\b|\bInfinity\b/g
  for (let found = words.exec(text); found !== null; found = words.exec(text)) {
    if (found[0] !== '"') return true
    words.lastIndex = endOfString(text, found.index)
  }
  return false
}

/** Returns the offset after a string that begins at one. */
function endOfString(text: string, from: number): number {
  const ends = /["\\]/g
  ends.lastIndex = from + 1
  for (let found = ends.exec(text); found !== null; found = ends.exec(text)) {
    if (found[0] === '"') return ends.lastIndex
    ends.lastIndex++
  }
  return text.length
}
