import { own } from '../domain/plain-data.ts'
import { overridable } from '../domain/vocabulary-fields.ts'
import { type Parameter, type Vocabulary, isNumeric } from '../domain/vocabulary.ts'
import { Failure } from '../base/failure.ts'
import { didYouMean, oneOf } from '../base/did-you-mean.ts'

/** A field that `set` and `unset` know. */
export interface Field {
  readonly name: string
  readonly path: readonly string[]
  readonly type: Parameter['type']
}

/** @throws {Failure} when there is no such field. */
export function fieldOf(name: string, vocabulary: Vocabulary): Field {
  const short = name.replace(/^overrides\./, '')
  const fields = fieldsIn(vocabulary)
  const field = fields.find((one) => one.name === short)
  if (field !== undefined && (short === name || short !== 'name')) return field
  const names = fields.map((one) => one.name)
  const help = own(ELSEWHERE, name) ?? `${didYouMean(short, names)}the fields are ${oneOf(names, names.length)}`
  throw new Failure('usage', `there is no field "${name}"`, help)
}

/**
 * Converts a value to its field's type. What is no number where one is meant stays a text, so that the check reports
 * it.
 * @throws {Failure} for null, for which there is `unset`.
 */
export function valueOf({ name, type }: Field, value: string): string | number | boolean {
  if (name === 'name') return value
  if (value === 'null' || value === '~') {
    throw new Failure('usage', `null is no value for ${name}`, `write \`unset ACCOUNT... ${name}\` to inherit it`)
  }
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  const isNumber = isNumeric(type) && NUMBER.test(value)
  return isNumber && Number.isFinite(Number(value)) ? Number(value) : value
}

/** Returns every field of an account that `set` writes, named as on the command line. */
export function fieldsIn(vocabulary: Vocabulary): readonly Field[] {
  const overrides = [...overridable(vocabulary)].flatMap(([section, fields]) =>
    [...fields].map(([field, { type }]): Field => {
      return { name: `${section}.${field}`, path: ['overrides', section, field], type }
    }),
  )
  return [{ name: 'name', path: ['name'], type: 'string' }, ...overrides]
}

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i

/** Keys of an account's file that other commands write. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  plan: 'write `plan ACCOUNT... PLAN`',
  prompts: 'write `prompt customize ACCOUNT... TYPE`',
  id: 'an account keeps its id, which is the name of its file',
}
