import { KIND_FIELDS, PROVIDERS } from '../domain/settings-types.ts'
import { Failure } from '../base/failure.ts'
import { didYouMean, oneOf } from '../base/did-you-mean.ts'

/** A field that `set` and `unset` know. */
export interface Field {
  readonly name: string
  readonly path: readonly string[]
}

/** @throws {Failure} when there is no such field. */
export function fieldOf(name: string): Field {
  const short = name.replace(/^overrides\./, '')
  const path = FIELDS.get(short)
  if (path !== undefined && (short === name || short !== 'name')) return { name: short, path }
  throw new Failure('usage', `there is no field "${name}"`, ELSEWHERE[name] ?? hint(short))
}

/**
 * Converts a value to its field's type. What is no number where one is meant stays a text, so that the check reports
 * it.
 * @throws {Failure} for null, for which there is `unset`.
 */
export function valueOf({ name }: Field, value: string): string | number {
  if (name === 'name') return value
  if (value === 'null' || value === '~') {
    throw new Failure('usage', `null is no value for ${name}`, `write \`unset ACCOUNT... ${name}\` to inherit it`)
  }
  const isNumber = NUMBERS.has(name.slice(name.indexOf('.') + 1)) && NUMBER.test(value)
  return isNumber && Number.isFinite(Number(value)) ? Number(value) : value
}

const FIELDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['name', ['name']],
  ...Object.entries(KIND_FIELDS).flatMap(([kind, fields]) => overrides(kind, ['provider', ...fields])),
  ...Object.entries(PROVIDERS).flatMap(([provider, { fields }]) => overrides(provider, fields)),
])

/** The names as they are written on the command line. */
export const FIELD_NAMES: readonly string[] = [...FIELDS.keys()]

function overrides(section: string, fields: readonly string[]): [string, string[]][] {
  return fields.map((field) => [`${section}.${field}`, ['overrides', section, field]])
}

const NUMBERS: ReadonlySet<string> = new Set(['temperature', 'max_tokens', 'max_in_article'])
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i

/** Keys of an account's file that other commands write. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  plan: 'write `plan ACCOUNT... PLAN`',
  prompts: 'write `prompt customize ACCOUNT... TYPE`',
  id: 'an account keeps its id, which is the name of its file',
}

function hint(name: string): string {
  const names = [...FIELDS.keys()]
  return `${didYouMean(name, names)}the fields are ${oneOf(names, names.length)}`
}
