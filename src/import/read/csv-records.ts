import { CsvError, parse } from 'csv-parse/sync'
import { Failure } from '../../base/failure.ts'

/** One record of a CSV file: its cells as they are written, without their quotes. */
export interface CsvRecord {
  /** Where it begins, from 1. */
  readonly line: number
  /** Undefined where its quotes leave open what its cells are. */
  readonly cells: readonly string[] | undefined
}

/** A record's text, before it has cells. */
interface RawRecord {
  readonly line: number
  readonly text: string
}

/** The longest record that is read, in UTF-16 units: one with a quote that is not closed is all the rest of the file. */
export const MAX_RECORD = 1024 * 1024

/**
 * Reads the records of a CSV file, without those that are blank.
 *
 * Where a record ends is decided here, and what its cells are by `csv-parse`: so a stray quote spoils one record, and
 * each record knows its line. Throws a `Failure` of kind `refused` for a quote that is not closed.
 *
 * @param texts the file in parts, decoded, from a beginning of a line on
 * @param firstLine the number of that line
 */
export async function* readRecords(
  texts: AsyncIterable<string>,
  delimiter: string,
  file: string,
  firstLine: number,
): AsyncGenerator<CsvRecord, void, undefined> {
  const splitter = new RecordSplitter(delimiter, file, firstLine)
  for await (const text of texts) yield* cellsOf(splitter.push(text), delimiter)
  yield* cellsOf(splitter.end(), delimiter)
}

/** Finds where records end. A quote opens a cell at its beginning, and nowhere else. */
class RecordSplitter {
  readonly #delimiter: string
  readonly #file: string
  /** What has been read since the last record ended. */
  #pending = ''
  /** How much of it has been searched. */
  #searched = 0
  #isQuoted = false
  #quoteLine = 0
  #line: number
  #startLine: number
  /** Whether the last character read was the CR of a line break, which an LF may follow. */
  #afterReturn = false

  constructor(delimiter: string, file: string, firstLine: number) {
    this.#delimiter = delimiter
    this.#file = file
    this.#line = firstLine
    this.#startLine = firstLine
  }

  push(text: string): readonly RawRecord[] {
    const all = this.#pending + text
    const records: RawRecord[] = []
    const marks = /["\r\n]/g
    marks.lastIndex = this.#searched
    let start = 0
    for (let found = marks.exec(all); found !== null; found = marks.exec(all)) {
      const at = found.index
      const isSecondOfTwo = this.#afterReturn && all[at] === '\n' && (at === 0 || all[at - 1] === '\r')
      this.#afterReturn = false
      if (found[0] === '"') this.#quote(all, start, at)
      else {
        this.#afterReturn = all[at] === '\r'
        if (!isSecondOfTwo) this.#line++
        if (this.#isQuoted) continue
        if (!isSecondOfTwo) records.push({ line: this.#startLine, text: all.slice(start, at) })
        this.#startLine = this.#line
        start = at + 1
      }
    }
    this.#pending = all.slice(start)
    this.#searched = this.#pending.length
    if (this.#pending.length > MAX_RECORD) throw this.#tooLong()
    return records
  }

  end(): readonly RawRecord[] {
    if (this.#isQuoted) throw this.#unclosed()
    return this.#pending === '' ? [] : [{ line: this.#startLine, text: this.#pending }]
  }

  #quote(all: string, start: number, at: number): void {
    if (this.#isQuoted) {
      this.#isQuoted = false
      return
    }
    const before = all[at - 1]
    // Right after a quote that closes, it is a quote within the cell.
    if (at !== start && before !== this.#delimiter && before !== '"') return
    if (before !== '"' || at === start) this.#quoteLine = this.#line
    this.#isQuoted = true
  }

  #unclosed(): Failure {
    return new Failure(
      'refused',
      `${this.#file}:${this.#quoteLine}: a quote begins a cell here, and nothing ends it`,
      'close it, or write a quote within a cell as two, in quotes: "5"" pipe"',
    )
  }

  #tooLong(): Failure {
    if (this.#isQuoted) return this.#unclosed()
    return new Failure(
      'refused',
      `${this.#file}:${this.#startLine}: the line is longer than ${MAX_RECORD / 1024 / 1024} MiB`,
      'save it as CSV, one account a line',
    )
  }
}

function cellsOf(raw: readonly RawRecord[], delimiter: string): readonly CsvRecord[] {
  const records = raw.filter(({ text }) => text.trim() !== '')
  if (records.length === 0) return []
  const together = parsed(records.map(({ text }) => text).join('\n'), delimiter)
  if (together !== undefined && together.length === records.length) {
    return records.map(({ line }, i) => ({ line, cells: together[i] }))
  }
  // One of them has stray quotes.
  return records.map(({ line, text }) => {
    const alone = parsed(text, delimiter)
    return { line, cells: alone?.length === 1 ? alone[0] : undefined }
  })
}

function parsed(text: string, delimiter: string): readonly (readonly string[])[] | undefined {
  try {
    return parse(text, { delimiter, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true })
  } catch (error) {
    if (error instanceof CsvError) return undefined
    throw error
  }
}
