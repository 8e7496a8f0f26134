import type { Value } from '../domain/plain-data.ts'
import { type Parameter, isNumeric } from '../domain/vocabulary.ts'
import { numberOf, spreadsheetFlaw } from './number-text.ts'

/** What becomes of a value of a database: a value of the parameter's type, or why it is none. */
export type ConvertedValue =
  | {
      readonly value: Value
      /** What was changed, where something was: `"0.5" became 0.5`. */
      readonly note?: string
    }
  | {
      /** A predicate: `is a list, and a number is expected`. It never quotes the value, which may be a credential. */
      readonly wrong: string
    }

/**
 * Converts what a database has for one override to a value of its parameter; undefined where the account inherits it.
 *
 * Whether the value is one that the parameter takes, by its range and its list, is left to the check.
 */
export function convertValue(value: unknown, parameter: Parameter): ConvertedValue | undefined {
  if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) return undefined
  if (isNumeric(parameter.type)) return toNumber(value, parameter.type)
  return parameter.type === 'boolean' ? toBoolean(value) : toText(value)
}

function toNumber(value: unknown, type: 'number' | 'integer'): ConvertedValue {
  if (typeof value === 'number') return ofNumber(value, type)
  if (typeof value !== 'string') return unlike(value, type)
  const text = value.trim()
  const number = numberOf(text)
  if (number === undefined) {
    const flaw = spreadsheetFlaw(text, type)
    return { wrong: `${flaw?.reason ?? 'is a text that is no number'}, and ${EXPECTED[type]} is expected` }
  }
  return noted(ofNumber(number, type), value)
}

function ofNumber(number: number, type: 'number' | 'integer'): ConvertedValue {
  if (!Number.isFinite(number)) return { wrong: `is no finite number, and ${EXPECTED[type]} is expected` }
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) {
    return { wrong: `is too large to be exact, and ${EXPECTED[type]} is expected` }
  }
  if (type === 'integer' && !Number.isInteger(number)) {
    return { wrong: `has decimals, and ${EXPECTED[type]} is expected` }
  }
  // There is one zero in YAML, for whoever reads it.
  return { value: number === 0 ? 0 : number }
}

function toBoolean(value: unknown): ConvertedValue {
  if (typeof value === 'boolean') return { value }
  if (typeof value !== 'string') return unlike(value, 'boolean')
  const text = value.trim().toLowerCase()
  if (text === 'true' || text === 'false') return noted({ value: text === 'true' }, value)
  return { wrong: `is a text other than true and false, and ${EXPECTED['boolean']} is expected` }
}

function toText(value: unknown): ConvertedValue {
  return typeof value === 'string' ? { value } : unlike(value, 'string')
}

/** `text` is a number or a truth value, and so no credential. */
function noted(converted: ConvertedValue, text: string): ConvertedValue {
  if ('wrong' in converted) return converted
  const quoted = text.length <= LONGEST_QUOTED ? `${JSON.stringify(text)} ` : 'a long text '
  return { ...converted, note: `${quoted}became ${converted.value}` }
}

const LONGEST_QUOTED = 40

function unlike(value: unknown, type: Parameter['type']): ConvertedValue {
  return { wrong: `is ${sortOf(value)}, and ${EXPECTED[type]} is expected` }
}

function sortOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return WORDS[typeof value] ?? 'something else'
}

const WORDS: Readonly<Partial<Record<string, string>>> = {
  object: 'an object',
  string: 'a text',
  number: 'a number',
  boolean: 'a truth value',
}

const EXPECTED: Readonly<Record<Parameter['type'], string>> = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  string: 'a text',
}
