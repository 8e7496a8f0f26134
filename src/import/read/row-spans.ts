import { Failure } from '../../base/failure.ts'
import { markLength, withoutForeignBytes } from './foreign-bytes.ts'

/** The longest row that is read, in bytes. */
export const MAX_ROW = 16 * 1024 * 1024

/** How many lists and objects of a row may be inside each other. */
export const MAX_DEPTH = 64

/** Where one value of a dump is. */
export interface RowSpan {
  /** Offset of its first byte in the file. */
  readonly start: number
  /** In bytes. */
  readonly length: number
  /** Where it begins, from 1. */
  readonly line: number
}

/** A value that was found, not parsed yet: its bytes, or the bound that it is over. */
export type FoundRow =
  | { readonly span: RowSpan; readonly number: number; readonly bytes: Uint8Array }
  | { readonly span: RowSpan; readonly number: number; readonly over: 'size' | 'depth' }

/**
 * Finds the values of a dump: those of one array (`json`), or one after another (`jsonl`). No more of the file is in
 * memory than a chunk and one row; of a row that is over a bound, nothing.
 *
 * It finds where values end, and takes much for a value that JSON.parse refuses. Where the rest of the file cannot be
 * told apart any more, it throws a `Failure` of kind `refused`. A `jsonl` file cannot be told to have been cut off
 * between two values.
 *
 * @param file what messages call it
 */
export async function* splitRows(
  chunks: AsyncIterable<Buffer>,
  format: 'json' | 'jsonl',
  file: string,
): AsyncGenerator<FoundRow, void, undefined> {
  const splitter = new RowSplitter(format, file)
  for await (const chunk of withoutForeignBytes(chunks, file, AS_UTF8)) yield* splitter.push(chunk)
  yield* splitter.end()
}

const AS_UTF8 = 'write it as UTF-8: with Django, `python manage.py dumpdata -o dump.json` in place of `> dump.json`'

/** What is being read: something between two values, or a part of one. `line` is what is no value, to its end. */
type Inside = 'nothing' | 'container' | 'string' | 'escape' | 'scalar' | 'line'

/** Between two values: what may come next. */
type Place = 'start' | 'first' | 'next' | 'after' | 'end'

class RowSplitter {
  readonly #isArray: boolean
  readonly #file: string
  /** The row's parts out of former chunks; undefined once it is over a bound. */
  #parts: Buffer[] | undefined = []
  #over: 'size' | 'depth' = 'size'
  /** Offset of the chunk in the file. */
  #base = 0
  #line = 1
  /** Where the last line began, and the last byte before it that is no white space. */
  #lineStart = 0
  #beforeLine = 0
  /** The last byte of the former chunks that is no white space. */
  #last = 0
  #inside: Inside = 'nothing'
  #place: Place
  /** How many lists and objects are open: none around a string that is a row by itself. */
  #depth = 0
  /** What closes each open container, as far as a row may be deep. */
  readonly #closers = new Uint8Array(MAX_DEPTH + 1)
  #start = 0
  #startLine = 1
  #number = 0
  #rows: FoundRow[] = []

  constructor(format: 'json' | 'jsonl', file: string) {
    this.#isArray = format === 'json'
    this.#file = file
    this.#place = 'start'
  }

  /** Takes the next bytes of the file, and returns the rows that end in them. */
  push(chunk: Buffer): readonly FoundRow[] {
    this.#rows = []
    let at = this.#base === 0 ? markLength(chunk) : 0
    while (at < chunk.length) at = this.#read(chunk, at)
    this.#keepRest(chunk)
    return this.#rows
  }

  /** Takes the end of the file. */
  end(): readonly FoundRow[] {
    this.#rows = []
    const nothing = Buffer.alloc(0)
    if (this.#isArray ? this.#inside !== 'nothing' : INCOMPLETE.has(this.#inside)) {
      throw this.#refused(
        this.#startLine,
        `the file ends within row ${this.#number}, which begins here`,
        'it was cut off: dump it again, and look for an error of the dump itself',
      )
    }
    if (this.#inside !== 'nothing') this.#finish(nothing, 0)
    if (this.#place === 'start' && this.#number === 0) {
      throw new Failure('refused', `${this.#file}: it is empty`, 'dump it again, and look for an error of the dump')
    }
    if (this.#isArray && this.#place !== 'end') {
      throw this.#refused(
        this.#line,
        `the file ends after row ${this.#number}, before the "]" that closes the list`,
        'it was cut off: dump it again, and look for an error of the dump itself',
      )
    }
    return this.#rows
  }

  /** Reads bytes of one sort, and returns the offset after them. */
  #read(chunk: Buffer, at: number): number {
    switch (this.#inside) {
      case 'nothing':
        return this.#between(chunk, at)
      case 'container':
        return this.#container(chunk, at)
      case 'string':
        return this.#string(chunk, at)
      case 'escape':
        this.#inside = 'string'
        // A line has to be counted, and may end a row: it is left to the string.
        return chunk[at] === LF ? at : at + 1
      case 'scalar':
        return this.#scalar(chunk, at)
      case 'line':
        return this.#restOfLine(chunk, at)
    }
  }

  #between(chunk: Buffer, from: number): number {
    let at = from
    for (; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0
      if (byte === LF) this.#line++
      else if (byte !== SPACE && byte !== TAB && byte !== CR) return this.#token(byte, at)
    }
    return at
  }

  /** Reads a byte between two values that is no white space. */
  #token(byte: number, at: number): number {
    if (!this.#isArray) return this.#tokenOfLine(byte, at)
    switch (this.#place) {
      case 'start':
        if (byte !== OPEN_LIST) throw this.#notAList(byte)
        this.#place = 'first'
        return at + 1
      case 'after':
        if (byte === CLOSE_LIST) this.#place = 'end'
        else if (byte === COMMA) this.#place = 'next'
        else throw this.#unexpected(`a comma is missing between row ${this.#number} and what follows it`)
        return at + 1
      case 'end':
        throw this.#refused(
          this.#line,
          `the list has ended after row ${this.#number}, and something follows it`,
          'one file is one dump: import two dumps one after another',
        )
      case 'first':
        if (byte === CLOSE_LIST) {
          this.#place = 'end'
          return at + 1
        }
        break
      case 'next':
        break
    }
    if (byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT || byte === COLON) {
      throw this.#unexpected(`row ${this.#number + 1} is missing: there is "${String.fromCharCode(byte)}" in its place`)
    }
    return this.#begin(byte, at)
  }

  #tokenOfLine(byte: number, at: number): number {
    if (byte === OPEN_LIST && this.#number === 0) {
      throw this.#refused(this.#line, 'it begins with a list, and one value a line is expected', '--format json')
    }
    if (byte === COMMA) {
      throw this.#refused(
        this.#line,
        `there is a comma after row ${this.#number}, and only a line break is expected between values`,
        'put the values into a list, [ and ], and give --format json; or leave the commas out',
      )
    }
    return this.#begin(byte, at)
  }

  #begin(byte: number, at: number): number {
    this.#number++
    this.#start = this.#base + at
    this.#startLine = this.#line
    this.#parts = []
    this.#depth = 0
    this.#place = 'after'
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      this.#inside = 'container'
      return at
    }
    if (byte === QUOTE) {
      this.#inside = 'string'
      return at + 1
    }
    this.#inside = this.#isArray || STARTS_SCALAR.has(byte) ? 'scalar' : 'line'
    return at
  }

  #container(chunk: Buffer, from: number): number {
    const { length } = chunk
    for (let at = from; at < length; at++) {
      const byte = chunk[at] ?? 0
      // Most bytes are letters, digits and white space.
      if (byte === QUOTE) {
        this.#inside = 'string'
        return at + 1
      }
      if (byte === LF) this.#newLine(chunk, at)
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        if (byte === OPEN_OBJECT && this.#isNewRow(at)) {
          this.#finish(chunk, at)
          return at
        }
        this.#open(byte)
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        if (this.#depth <= MAX_DEPTH && this.#closers[this.#depth] !== byte) return this.#mismatch(byte, at)
        this.#depth--
        if (this.#depth === 0) {
          this.#finish(chunk, at + 1)
          return at + 1
        }
      }
    }
    return length
  }

  #open(byte: number): void {
    this.#depth++
    if (this.#depth <= MAX_DEPTH) this.#closers[this.#depth] = byte + 2
    else if (this.#parts !== undefined) {
      this.#parts = undefined
      this.#over = 'depth'
    }
  }

  /** Where brackets do not match, nobody knows where a row of a list ends; one of a line ends with the line. */
  #mismatch(byte: number, at: number): number {
    if (!this.#isArray) {
      this.#inside = 'line'
      return at
    }
    const [found, expected] = byte === CLOSE_LIST ? [']', '}'] : ['}', ']']
    throw this.#unexpected(`row ${this.#number} has "${found}" where "${expected}" closes what is open`)
  }

  #newLine(chunk: Buffer, at: number): void {
    this.#line++
    if (this.#isArray) return
    this.#lineStart = this.#base + at + 1
    this.#beforeLine = lastByte(chunk, at) ?? this.#last
  }

  /**
   * Whether a "{" begins the next row, although the last one has not ended: at the beginning of a line, after what no
   * "{" may follow. So a line that was cut off costs no other row than its own.
   */
  #isNewRow(at: number): boolean {
    return (
      !this.#isArray &&
      this.#depth > 0 &&
      this.#lineStart === this.#base + at &&
      this.#lineStart > this.#start &&
      !BEFORE_OBJECT.has(this.#beforeLine)
    )
  }

  #string(chunk: Buffer, from: number): number {
    const { length } = chunk
    for (let at = from; at < length; at++) {
      const byte = chunk[at]
      if (byte === QUOTE) {
        if (this.#depth > 0) this.#inside = 'container'
        else this.#finish(chunk, at + 1)
        return at + 1
      }
      if (byte === BACKSLASH) {
        this.#inside = 'escape'
        return at + 1
      }
      if (byte === LF) {
        if (!this.#isArray) {
          // JSON has no line break in a string: the line was cut off there.
          this.#finish(chunk, at)
          return at
        }
        this.#line++
      }
    }
    return length
  }

  #scalar(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0
      if (byte === SPACE || byte === LF || byte === TAB || byte === CR || (this.#isArray && ENDS_SCALAR.has(byte))) {
        this.#finish(chunk, at)
        return at
      }
    }
    return chunk.length
  }

  #restOfLine(chunk: Buffer, from: number): number {
    const end = chunk.indexOf(LF, from)
    if (end < 0) return chunk.length
    this.#finish(chunk, end)
    return end
  }

  /** Ends the row before an offset of the chunk. */
  #finish(chunk: Buffer, end: number): void {
    this.#inside = 'nothing'
    const length = this.#base + end - this.#start
    const span: RowSpan = { start: this.#start, length, line: this.#startLine }
    const number = this.#number
    if (length > MAX_ROW) this.#dropLarge()
    if (this.#parts === undefined) {
      this.#rows.push({ span, number, over: this.#over })
      return
    }
    const rest = chunk.subarray(Math.max(0, this.#start - this.#base), Math.max(0, end))
    const bytes = this.#parts.length === 0 ? rest : Buffer.concat([...this.#parts, rest])
    this.#rows.push({ span, number, bytes })
    this.#parts = []
  }

  /** Keeps what a chunk has of a row that goes on. */
  #keepRest(chunk: Buffer): void {
    this.#last = lastByte(chunk, chunk.length) ?? this.#last
    if (this.#inside !== 'nothing') {
      if (this.#base + chunk.length - this.#start > MAX_ROW) this.#dropLarge()
      this.#parts?.push(chunk.subarray(Math.max(0, this.#start - this.#base)))
    }
    this.#base += chunk.length
  }

  #dropLarge(): void {
    if (this.#parts === undefined) return
    this.#parts = undefined
    this.#over = 'size'
  }

  #notAList(byte: number): Failure {
    if (byte === OPEN_OBJECT) {
      const message = 'it begins with an object, and a list of rows is expected'
      return this.#refused(this.#line, message, '--format jsonl if it is one object a line')
    }
    const help = 'it has to begin with "[": look for what was printed into the dump before it'
    return this.#refused(this.#line, 'it does not begin with a list of rows', help)
  }

  #unexpected(message: string): Failure {
    return this.#refused(this.#line, message, 'dump it again, and do not edit the dump: it is not JSON from there on')
  }

  #refused(line: number, message: string, help: string): Failure {
    return new Failure('refused', `${this.#file}:${line}: ${message}`, help)
  }
}

/** Returns the last byte before an offset that is no white space; undefined where there is none. */
function lastByte(chunk: Buffer, before: number): number | undefined {
  for (let at = before - 1; at >= 0; at--) {
    const byte = chunk[at] ?? 0
    if (byte !== SPACE && byte !== TAB && byte !== CR && byte !== LF) return byte
  }
  return undefined
}

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_LIST = 91
const BACKSLASH = 92
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

const INCOMPLETE: ReadonlySet<Inside> = new Set<Inside>(['container', 'string', 'escape'])
const ENDS_SCALAR: ReadonlySet<number> = new Set([
  COMMA,
  CLOSE_LIST,
  CLOSE_OBJECT,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  COLON,
])
const BEFORE_OBJECT: ReadonlySet<number> = new Set([COMMA, COLON, OPEN_LIST])
/** Numbers, true, false, null, and what Python writes beside them. */
const STARTS_SCALAR: ReadonlySet<number> = new Set(Buffer.from('-0123456789tfnNI'))
