import { isKeyName } from '../credentials/patterns/sensitive-names.ts'
import { functionAnswer } from '../domain/flat-form.ts'
import { own } from '../domain/plain-data.ts'
import { sameText } from '../domain/placeholders.ts'
import { resolvePrompt } from '../domain/resolve-answers.ts'
import type { Account, Globals } from '../domain/settings-types.ts'
import { didYouMean, oneOf } from '../base/did-you-mean.ts'
import { Failure } from '../base/failure.ts'
import { isColumns } from './rows/dump-index.ts'
import { numberOf } from './number-text.ts'
import { readRows } from './read/read-rows.ts'

/** One field that the old system answers otherwise. */
export interface AnswerDifference {
  /** The account's id, or its primary key where it has not come over. */
  readonly account: string
  /** The function, or `--prompt TYPE`. */
  readonly asked: string
  readonly field: string
  readonly old: unknown
  readonly now: unknown
}

export interface Proof {
  readonly answers: number
  readonly differences: readonly AnswerDifference[]
}

/** The account of a primary key, as it came over; `undefined` for one that has not. */
export type AccountOf = (pk: string) => { readonly id: string; readonly account: Account } | undefined

/**
 * Compares what the old system answers, one line an account and a function or a prompt, with the answers of the new
 * configuration: each field that a line has. Keys are not compared, nor printed.
 *
 * @throws {Failure} where the file is no such list, or asks for a function that does not exist.
 */
export async function proveAnswers(file: string, globals: Globals, accountOf: AccountOf): Promise<Proof> {
  const differences: AnswerDifference[] = []
  let answers = 0
  for await (const { span, value, wrong } of readRows(file, 'jsonl')) {
    const where = `${file}:${span.line}`
    if (wrong !== undefined || !isColumns(value)) {
      throw new Failure('usage', `${where}: ${wrong?.reason ?? 'it is no object'}`, HELP)
    }
    const { account: pk, function: name, prompt: type, ...fields } = value
    if (typeof pk !== 'string' && typeof pk !== 'number')
      throw new Failure('usage', `${where}: it names no account`, HELP)
    answers++
    const found = accountOf(String(pk))
    const asked = typeof name === 'string' ? name : `--prompt ${String(type)}`
    const account = found?.id ?? String(pk)
    if (found === undefined) {
      differences.push({ account, asked, field: 'account', old: pk, now: undefined })
      continue
    }
    const answer = answerOf(globals, found.account, name, type, where)
    for (const [field, old] of Object.entries(fields)) {
      if (field === 'api_key' || (isKeyName(field) && own(answer, field) === undefined)) continue
      const now = own(answer, field)
      if (!isSame(old, now)) differences.push({ account, asked, field, old, now })
    }
  }
  return { answers, differences }
}

const HELP = 'a line is {"account": PK, "function": NAME, …} or {"account": PK, "prompt": TYPE, …}'

function answerOf(
  globals: Globals,
  account: Account,
  name: unknown,
  type: unknown,
  where: string,
): Readonly<Record<string, unknown>> {
  if (typeof name === 'string') {
    const answer = functionAnswer(globals, account, name)
    if (answer !== undefined) return answer
    const known = Object.keys(globals.functions)
    throw new Failure(
      'usage',
      `${where}: there is no function "${name}"`,
      `${didYouMean(name, known)}functions.yaml has ${oneOf(known)}`,
    )
  }
  if (typeof type !== 'string') throw new Failure('usage', `${where}: it names neither a function nor a prompt`, HELP)
  const answer = resolvePrompt(globals, account, type)
  // A prompt that has not come over answers nothing, field by field.
  return { ...answer }
}

/** Null is nothing, a Decimal is a number as text, and line ends are LF. */
function isSame(old: unknown, now: unknown): boolean {
  if (old === null || old === undefined) return now === undefined
  if (typeof old === 'string' && typeof now === 'number') return numberOf(old.trim()) === now
  if (typeof old === 'string' && typeof now === 'string') return sameText(old, now)
  return JSON.stringify(old) === JSON.stringify(now)
}
