import { didYouMean, nearest, oneOf } from '../base/did-you-mean.ts'
import { Failure } from '../base/failure.ts'
import { type Dict, own } from '../domain/plain-data.ts'
import { isField } from './log/answer-fields.ts'

/**
 * Refuses unknown names first: wrong usage is reported before a wrong configuration, if the file that lists the names
 * can be read.
 * @throws {Failure} when the function or the prompt type does not exist.
 */
export function refuseUnknown(
  { functions, prompts }: { readonly functions?: Dict<unknown>; readonly prompts: Dict<unknown> },
  name?: string,
  type?: string,
): void {
  if (name !== undefined && functions !== undefined && own(functions, name) === undefined) {
    unknownFunction({ functions }, name)
  }
  if (type !== undefined && own(prompts, type) === undefined) unknownPrompt(prompts, type)
}

/** @throws {Failure} when no answer at any time has such a field. */
export function refuseUnknownField(asked: string, fields: readonly string[]): void {
  if (fields.some((field) => isField(field, asked))) return
  const last = fields.map((field) => field.slice(field.lastIndexOf('.') + 1))
  const names = asked.includes('.') ? fields : [...new Set(last)]
  const some =
    nearest(asked, names) === undefined ? `the fields are ${[...new Set(last)].slice(0, 12).join(', ')}; ` : ''
  const help = `${didYouMean(asked, names)}${some}a field is its whole name, such as ${fields[0] ?? 'plan'}, or the last part of it`
  throw new Failure('usage', `there is no field "${asked}" here`, help)
}

/** @throws {Failure} always. */
function unknownFunction({ functions }: { readonly functions: Dict<unknown> }, name: string): never {
  const names = Object.keys(functions)
  throw new Failure(
    'usage',
    `there is no function "${name}"`,
    `${didYouMean(name, names)}the functions are ${oneOf(names)}`,
  )
}

/** @throws {Failure} always. */
export function unknownPrompt(prompts: Dict<unknown>, type: string): never {
  const types = Object.keys(prompts)
  throw new Failure(
    'usage',
    `there is no prompt type "${type}"`,
    `${didYouMean(type, types)}the types are ${oneOf(types)}`,
  )
}
