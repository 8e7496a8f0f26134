import { fill } from '../../domain/placeholders.ts'
import type { GlobalPrompt } from '../../domain/settings-types.ts'
import { quote } from '../../base/quote-name.ts'
import { TenfoldError, unknown } from '../tenfold-error.ts'
import { isPlain } from './check-arguments.ts'

/** The values of a prompt's variables, by name. */
export type PromptVariables = Readonly<Record<string, string | undefined>>

/**
 * Returns a prompt's text with the values of its variables in place of the placeholders. An optional variable without a
 * value is an empty text, and a value is inserted as it is: what looks like a placeholder in it stays.
 *
 * @throws {TenfoldError} `missing_variable`, `unknown_variable`, `invalid_variable`; `invalid_option` for what is no
 * plain object.
 */
export function compileText(type: string, text: string, prompt: GlobalPrompt, variables: unknown): string {
  if (!isPlain(variables)) {
    throw new TenfoldError(
      'invalid_option',
      `the variables are ${quote(variables)}; they have to be like { name: "text" }`,
    )
  }
  const declared = prompt.placeholders === 'none' ? [] : fillable(prompt)
  const values = new Map<string, string>()
  for (const [name, value] of Object.entries<unknown>({ ...variables })) {
    if (!declared.includes(name)) throw unknown('unknown_variable', `variable of the prompt ${type}`, name, declared)
    if (value === undefined) continue
    if (typeof value !== 'string') {
      throw new TenfoldError('invalid_variable', `the variable ${name} is ${quote(value)}; it has to be a text`)
    }
    values.set(name, value)
  }
  const missing = declared.find((name) => prompt.variables[name] === true && !values.has(name))
  if (missing === undefined) return fill(text, prompt, values)
  throw new TenfoldError('missing_variable', `the prompt ${type} needs the variable ${missing}`)
}

function fillable({ variables }: GlobalPrompt): string[] {
  return Object.keys(variables).filter((name) => variables[name] !== 'literal')
}
