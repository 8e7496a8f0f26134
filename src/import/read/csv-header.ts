import { didYouMean, oneOf } from '../../base/did-you-mean.ts'
import { Failure } from '../../base/failure.ts'
import { quote } from '../../base/quote-name.ts'
import { credentialIn } from '../../credentials/index.ts'
import { overridable } from '../../domain/vocabulary-fields.ts'
import type { Parameter, Vocabulary } from '../../domain/vocabulary.ts'
import type { CsvRecord } from './csv-records.ts'

/** What the cells of one column are. */
export type CsvColumn =
  | { readonly is: 'id' | 'plan' | 'name' }
  | { readonly is: 'field'; readonly section: string; readonly field: string; readonly parameter: Parameter }
  /** Spreadsheets write columns without a name, and with nothing in them. */
  | { readonly is: 'unnamed' }

/**
 * Reads the line that names the columns. Throws a `Failure` of kind `refused` for a column that is unknown, one that is
 * there twice, and where `id` or `plan` is missing.
 */
export function readHeader({ line, cells }: CsvRecord, vocabulary: Vocabulary, file: string): readonly CsvColumn[] {
  const at = `${file}:${line}`
  if (cells === undefined) {
    throw new Failure('refused', `${at}: there is a stray quote in the names of the columns`, 'leave the quotes out')
  }
  const known = columnsOf(vocabulary)
  const names = cells.map((cell) => cell.trim().replace(/^overrides\./, ''))
  const columns = names.map((name): CsvColumn => {
    const column = name === '' ? UNNAMED : known.get(name)
    if (column === undefined) throw unknownColumn(name, known, at)
    return column
  })
  const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i)
  if (twice !== undefined) {
    throw new Failure('refused', `${at}: there are two columns "${twice}"`, 'leave one of them out')
  }
  const missing = REQUIRED.find((name) => !names.includes(name))
  if (missing !== undefined) {
    const help = 'the first line names the columns: id, plan, perhaps name, and fields such as openai.model'
    throw new Failure('refused', `${at}: there is no column "${missing}"`, help)
  }
  return columns
}

const REQUIRED = ['id', 'plan'] as const
const UNNAMED: CsvColumn = { is: 'unnamed' }

function columnsOf(vocabulary: Vocabulary): ReadonlyMap<string, CsvColumn> {
  const own = (['id', 'plan', 'name'] as const).map((is): [string, CsvColumn] => [is, { is }])
  const fields = [...overridable(vocabulary)].flatMap(([section, fields]) =>
    [...fields].map(([field, parameter]): [string, CsvColumn] => [
      `${section}.${field}`,
      { is: 'field', section, field, parameter },
    ]),
  )
  return new Map([...own, ...fields])
}

function unknownColumn(name: string, known: ReadonlyMap<string, CsvColumn>, at: string): Failure {
  // A file without names of columns has the cells of an account in their place.
  const shown = credentialIn(name) === undefined ? quote(name) : 'by the name of a credential'
  const help = `${didYouMean(name, known.keys())}the first line names columns, each one of ${oneOf([...known.keys()])}`
  return new Failure('refused', `${at}: there is no column ${shown}`, help)
}

/** The characters that may be between two cells. */
const DELIMITERS = [',', ';', '\t'] as const

/** Returns the character between the cells of a line, outside quotes: the most frequent one. */
export function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '')
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ','
}

/** Reads the line with which Excel says what is between the cells, `sep=;`; undefined for any other. */
export function delimiterLine(line: string): string | undefined {
  const found = /^"?sep=(.)"?$/i.exec(line)?.[1]
  return DELIMITERS.find((delimiter) => delimiter === found)
}
