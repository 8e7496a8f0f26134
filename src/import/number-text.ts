import type { Parameter } from '../domain/vocabulary.ts'
import type { RowFlaw } from './row-flaw.ts'

/** Returns the number that a text without blanks around it is, and nothing else; undefined for any other text. */
export function numberOf(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined
}

// Each digit in one way: a text of a million of them is searched once.
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

/**
 * Returns what makes a text no number, or one that a person and this program read differently, without quoting it.
 *
 * A spreadsheet writes numbers as its language does: 0,7 for 0.7, and 4.000 for 4000.
 */
export function spreadsheetFlaw(text: string, type: Parameter['type']): RowFlaw | undefined {
  return FLAWS.find(({ form, only }) => form.test(text) && (only ?? type) === type)
}

/** Returns whether a text is how a spreadsheet says that a formula of it has failed: `#NAME?`. */
export function isSpreadsheetError(text: string): boolean {
  return /^#(?:NAME\?|N\/A|REF!|VALUE!|DIV\/0!|NUM!|NULL!|NV|WERT!|BEZUG!|ZAHL!|NOM\s?\?|VALEUR!|NOMBRE!)$/i.test(text)
}

/** As English, German and French spreadsheets write them, short and long. */
const MONTHS = [
  'jan feb mar apr may jun jul aug sep sept oct nov dec',
  'january february march april june july august september october november december',
  'mär mrz mai okt dez januar februar märz juni juli oktober dezember',
  'janv févr mars avr juin juil août déc janvier février avril juillet septembre octobre novembre décembre',
]
const MONTH = `(?:${MONTHS.join(' ').replaceAll(' ', '|')})\\.?`
const DATES = [
  /^\d{4}-\d{1,2}-\d{1,2}$/,
  /^\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})$/,
  new RegExp(`^${MONTH}[- ]\\d{2,4}$`, 'i'),
  new RegExp(`^\\d{1,2}\\.?[- ]${MONTH}(?:[- ]\\d{2,4})?$`, 'i'),
]

/** Whether a spreadsheet writes dates so: it makes one of `5-24` and of `may24`, without being asked. */
export function isDate(text: string): boolean {
  return DATES.some((form) => form.test(text))
}

const PLAIN = 'write digits alone, with a dot before decimals, or format the column as text before it is saved'

const FLAWS: readonly (RowFlaw & { readonly form: RegExp; readonly only?: Parameter['type'] })[] = [
  {
    form: /^[=@]|^[+-](?:\(|[A-Z]{1,3}\d)/i,
    reason: 'is a formula',
    help: 'save its result as a value: paste it as values only',
  },
  {
    form: /^[+-]?\d{1,3}(?:[\s'’]\d{3})+(?:[.,]\d*)?$/,
    reason: 'has its thousands separated',
    help: PLAIN,
  },
  {
    form: /^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?$/,
    only: 'integer',
    reason: 'has dots where thousands end',
    help: `${PLAIN}: 4.000 is 4 in English and 4000 in German`,
  },
  {
    form: /^[+-]?\d{1,3}(?:(?:\.\d{3}){2,}(?:,\d*)?|(?:\.\d{3})+,\d*|(?:,\d{3}){2,}(?:\.\d*)?|(?:,\d{3})+\.\d*)$/,
    reason: 'has its thousands separated',
    help: PLAIN,
  },
  {
    form: /^[+-]?\d{1,3},\d{3}$/,
    only: 'integer',
    reason: 'has a comma where thousands end',
    help: `${PLAIN}: 4,000 is 4 in German and 4000 in English`,
  },
  {
    form: /^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/,
    reason: 'has a decimal comma, as a German or French spreadsheet writes it',
    help: 'write a dot, as in 0.7, or set the format of the column to English before it is saved',
  },
]
