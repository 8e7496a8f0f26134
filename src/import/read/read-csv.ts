import { TextDecoder } from 'node:util'
import { didYouMean, oneOf } from '../../base/did-you-mean.ts'
import { Failure } from '../../base/failure.ts'
import type { Value } from '../../domain/plain-data.ts'
import { PLANS } from '../../domain/settings-types.ts'
import { type Parameter, type Vocabulary, isNumeric } from '../../domain/vocabulary.ts'
import { convertValue } from '../convert-value.ts'
import { isDate, isSpreadsheetError, spreadsheetFlaw } from '../number-text.ts'
import type { RowFlaw } from '../row-flaw.ts'
import { type CsvColumn, delimiterLine, delimiterOf, readHeader } from './csv-header.ts'
import { type CsvRecord, MAX_RECORD, readRecords } from './csv-records.ts'
import { chunksOf } from './dump-file.ts'
import { markLength, withoutForeignBytes } from './foreign-bytes.ts'
import { idFlaw } from './id-flaw.ts'

/** One account of a CSV file. */
export interface CsvRow {
  /** Where it begins in the file, from 1. */
  readonly line: number
  /** From 1, blank lines and the header not counted. */
  readonly number: number
  /** Without blanks around them, and perhaps wrong; empty where the row's cells cannot be told apart. */
  readonly id: string
  readonly plan: string
  readonly name: string | undefined
  /** In the order of the columns, without those that the account inherits and those that are wrong. */
  readonly fields: readonly CsvField[]
  /** Each cell as it is, by its column's name. */
  readonly cells: readonly (readonly [column: string, text: string])[]
  readonly notes: readonly string[]
  readonly wrong: readonly RowFlaw[]
}

type CsvField = readonly [section: string, field: string, value: Value]

/**
 * Reads the accounts of a CSV file in their order. An account that is wrong is one of them, and reading goes on.
 *
 * Throws a `Failure`: `usage` for a file that is none, `world` for one that cannot be read, `refused` for one that is
 * no CSV in UTF-8, or whose columns are not an account's.
 */
export async function* readCsv(file: string, vocabulary: Vocabulary): AsyncGenerator<CsvRow, void, undefined> {
  yield* readCsvText(chunksOf(file), vocabulary, file)
}

/** Does the same with bytes, in chunks of any size. */
export async function* readCsvText(
  chunks: AsyncIterable<Buffer>,
  vocabulary: Vocabulary,
  file: string,
): AsyncGenerator<CsvRow, void, undefined> {
  const texts = decoded(chunks, file)
  const { delimiter, firstLine, text } = await readFirstLine(texts)
  const lines = new Map<string, number>()
  let columns: readonly CsvColumn[] | undefined
  let number = 0
  for await (const record of readRecords(joined(text, texts), delimiter, file, firstLine)) {
    if (columns === undefined) columns = readHeader(record, vocabulary, file)
    else if (!isBlank(record)) yield readAccountRow(record, ++number, columns, delimiter, lines)
  }
  if (columns === undefined) {
    throw new Failure('refused', `${file}: it is empty`, 'its first line names the columns: id, plan, and so on')
  }
}

/** Whether a spreadsheet wrote a row that nobody filled in. */
function isBlank({ cells }: CsvRecord): boolean {
  return cells?.every((cell) => cell.trim() === '') ?? false
}

/** The account that a record is; `lines` has the lines of those before it, by their ids. */
function readAccountRow(
  { line, cells }: CsvRecord,
  number: number,
  columns: readonly CsvColumn[],
  delimiter: string,
  lines: Map<string, number>,
): CsvRow {
  if (cells === undefined || cells.length !== columns.length) {
    const wrong = [rowFlaw(cells, columns.length, delimiter)]
    const loose = (cells ?? []).map((text, i): [string, string] => [`cell ${i + 1}`, text])
    return { line, number, id: '', plan: '', name: undefined, fields: [], cells: loose, notes: [], wrong }
  }
  const cellOf = (is: CsvColumn['is']): string => cells[columns.findIndex((column) => column.is === is)] ?? ''
  const [id, plan, name] = [cellOf('id').trim(), cellOf('plan').trim(), cellOf('name').trim()]
  const wrong: RowFlaw[] = []
  const invalid = idFlaw(id) ?? seenBefore(id, line, lines)
  if (invalid !== undefined) wrong.push(invalid)
  const unknown = planFlaw(plan)
  if (unknown !== undefined) wrong.push(unknown)
  const fields: CsvField[] = []
  for (const [i, column] of columns.entries()) {
    const read = readCell(column, (cells[i] ?? '').trim())
    if (read === undefined) continue
    if ('reason' in read) wrong.push(read)
    else fields.push(read)
  }
  const notes = cellOf('id') === id ? [] : ['the id had blanks around it, which were removed']
  const named = columns.map((column, i): [string, string] => [nameOf(column), cells[i] ?? ''])
  return { line, number, id, plan, name: name === '' ? undefined : name, fields, cells: named, notes, wrong }
}

function nameOf(column: CsvColumn): string {
  return column.is === 'field' ? `${column.section}.${column.field}` : column.is
}

/** Returns why nobody knows which cell of a row is of which column. */
function rowFlaw(cells: readonly string[] | undefined, expected: number, delimiter: string): RowFlaw {
  if (cells === undefined) {
    const help = 'put quotes around the whole cell, without a blank before them, and write one within it as two'
    return { reason: 'there is a quote within a cell', help }
  }
  const reason = `there are ${cells.length} cells, and ${expected} columns`
  if (cells.length < expected) return { reason, help: 'give every row all cells, empty ones too' }
  const decimals = delimiter === ',' ? ', and write decimals with a dot, 0.7' : ''
  return { reason, help: `put quotes around a cell that has the separator in it${decimals}` }
}

function seenBefore(id: string, line: number, lines: Map<string, number>): RowFlaw | undefined {
  const first = lines.get(id)
  if (first !== undefined) {
    return { reason: `the account is in line ${first} already`, help: 'leave one of the two out' }
  }
  lines.set(id, line)
  return undefined
}

function planFlaw(plan: string): RowFlaw | undefined {
  if (PLANS.some((name) => name === plan)) return undefined
  const reason = plan === '' ? 'the plan is empty' : `the plan is not ${oneOf(PLANS)}`
  return { reason, help: `${didYouMean(plan, PLANS)}a plan is ${oneOf(PLANS)}` }
}

/** Returns what a cell sets; undefined where it sets nothing. */
function readCell(column: CsvColumn, text: string): CsvField | RowFlaw | undefined {
  if (text === '') return undefined
  if (column.is === 'unnamed') {
    return { reason: 'there is a value in a column without a name', help: 'name the column, or delete it' }
  }
  if (column.is !== 'field') return undefined
  const { section, field, parameter } = column
  const flaw = cellFlaw(text, parameter)
  if (flaw !== undefined) return { reason: `${section}.${field} ${flaw.reason}`, help: flaw.help }
  const converted = convertValue(text, parameter)
  if (converted === undefined) return undefined
  // That a text became a number needs no note: a cell is always a text.
  if ('value' in converted) return [section, field, converted.value]
  return { reason: `${section}.${field} ${converted.wrong}`, help: 'correct the cell, or leave it empty to inherit' }
}

/** Returns what a spreadsheet has made of a value. */
function cellFlaw(text: string, { type }: Parameter): RowFlaw | undefined {
  if (isSpreadsheetError(text)) return { reason: 'is an error of a spreadsheet', help: 'correct the formula' }
  if (type === 'boolean' && TRUTHS.has(text.toLowerCase())) {
    return { reason: 'is a truth value in another language', help: 'write true or false' }
  }
  if (!isNumeric(type)) return undefined
  if (isDate(text)) {
    return { reason: 'is a date, as a spreadsheet may make of a number', help: 'format the column as text' }
  }
  return spreadsheetFlaw(text, type)
}

/** As German, French, Spanish and Italian spreadsheets write them. */
const TRUTHS: ReadonlySet<string> = new Set('wahr falsch vrai faux verdadero falso vero'.split(' '))

/** Reads texts until they have a whole line, which may be Excel's own; returns what has to be read again. */
async function readFirstLine(
  texts: AsyncIterator<string>,
): Promise<{ readonly delimiter: string; readonly firstLine: number; readonly text: string }> {
  let text = ''
  let line = headerLine(text)
  while (line === undefined && text.length <= MAX_RECORD) {
    const next = await texts.next()
    if (next.done === true) break
    text += next.value
    line = headerLine(text)
  }
  const { delimiter, rest } = line ?? headerLine(`${text}\n\n`) ?? { delimiter: delimiterOf(text), rest: text }
  const isSkipped = rest.length < text.length
  return { delimiter, firstLine: isSkipped ? 2 : 1, text: isSkipped ? rest : text }
}

/** Returns what is between the cells, and the text without Excel's line; undefined before the header has ended. */
function headerLine(text: string): { readonly delimiter: string; readonly rest: string } | undefined {
  const lines = /^([^\r\n]*)(\r\n|\n|\r(?=[^\n]))/.exec(text)
  if (lines === null) return undefined
  const [whole, line = ''] = lines
  const said = delimiterLine(line)
  if (said !== undefined) return { delimiter: said, rest: text.slice(whole.length) }
  const header = /^\s*(\S(?:[^\r\n]*))[\r\n]/.exec(text)?.[1]
  return header === undefined ? undefined : { delimiter: delimiterOf(header), rest: text }
}

async function* joined(text: string, texts: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  yield text
  yield* texts
}

/** Decodes chunks, and refuses what is not UTF-8, at its line. */
async function* decoded(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let line = 1
  let isFirst = true
  for await (const chunk of withoutForeignBytes(chunks, file, AS_UTF8)) {
    const text = decode(decoder, isFirst ? chunk.subarray(markLength(chunk)) : chunk, file, line)
    isFirst = false
    line += text.split('\n').length - 1
    yield text
  }
  try {
    decoder.decode()
  } catch {
    throw notUtf8(file, line)
  }
}

function decode(decoder: TextDecoder, bytes: Buffer, file: string, line: number): string {
  try {
    return decoder.decode(bytes, { stream: true })
  } catch {
    throw notUtf8(file, line + linesBeforeBad(bytes))
  }
}

/** Returns how many lines of bytes end before one that is not UTF-8; what the former chunk began is passed over. */
function linesBeforeBad(bytes: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let lines = 0
  let at = bytes.findIndex((byte) => byte < 0x80 || byte >= 0xc0)
  for (let end = bytes.indexOf(10, at); end >= 0; end = bytes.indexOf(10, at)) {
    try {
      decoder.decode(bytes.subarray(at, end))
    } catch {
      return lines
    }
    lines++
    at = end + 1
  }
  return lines
}

function notUtf8(file: string, line: number): Failure {
  return new Failure(
    'refused',
    `${file}:${line}: it is not UTF-8 (a spreadsheet may have written Windows-1252)`,
    AS_UTF8,
  )
}

const AS_UTF8 =
  'save it as UTF-8: in Excel "CSV UTF-8 (Comma delimited)", in LibreOffice with the character set "Unicode (UTF-8)"'
