import { type Dict, own } from '../../domain/plain-data.ts'
import { type Account, COLLECTIONS, type Globals } from '../../domain/settings-types.ts'
import { resolvePrompt, resolveRecords } from '../../domain/resolve-answers.ts'
import { type FunctionAnswer, functionAnswer } from '../../domain/flat-form.ts'
import { type Functions, type Operator, type Term, isNumber } from './parse-query.ts'

/** The values that met a query, by name in the flat form; `overrides.…` for what the account itself writes. */
export type Values = Dict<unknown>

/** Returns what of an account meets all terms; undefined where one of them is not met. */
export function match(terms: readonly Term[], globals: Globals, id: string, account: Account): Values | undefined {
  const values: Record<string, unknown> = {}
  const answers = new Map<string, FunctionAnswer | undefined>()
  const answer = (name: string): FunctionAnswer | undefined => {
    if (!answers.has(name)) answers.set(name, functionAnswer(globals, account, name))
    return answers.get(name)
  }
  for (const term of terms) {
    const found = matchTerm(term, globals, id, account, answer)
    if (found === undefined) return undefined
    Object.assign(values, found)
  }
  return values
}

/** Returns what of an account meets one term; undefined where it is not met. */
export function matchTerm(
  term: Term,
  globals: Globals,
  id: string,
  account: Account,
  answer: (name: string) => FunctionAnswer | undefined,
): Values | undefined {
  switch (term.is) {
    case 'plan':
      return term.plans.includes(account.plan) ? { plan: account.plan } : undefined
    case 'id':
      return fits(id, term.parts) ? {} : undefined
    case 'overrides': {
      const found = written(account, term.path)
      const isMet = found !== undefined && (term.value === undefined || compares(found, '=', term.value))
      return !isMet ? undefined : { [`overrides.${term.path.join('.')}`]: found }
    }
    case 'function': {
      const all = functionsOf(term.of, globals, answer)
      return meets(
        all.flatMap((name) => valueOf(answer(name), `functions.${name}`, term.field)),
        term,
      )
    }
    case 'prompt': {
      const prompt = resolvePrompt(globals, account, term.type)
      return meets(valueOf(prompt && { ...prompt }, `prompts.${term.type}`, term.field), term)
    }
    case 'record': {
      const record = own(resolveRecords(globals, account, term.collection), term.id)
      return meets(valueOf(record, `${term.collection}.${term.id}`, term.field), term)
    }
  }
}

/** Whether the parts occur in a text one after another, the first at its beginning and the last at its end. */
function fits(text: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of others) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

function functionsOf(
  of: Functions,
  { functions }: Globals,
  answer: (name: string) => FunctionAnswer | undefined,
): readonly string[] {
  if (of.by === 'name') return [of.name]
  const names = Object.keys(functions)
  if (of.by === 'provider') return names.filter((name) => answer(name)?.provider === of.provider)
  return of.by === 'kind' ? names.filter((name) => own(functions, name)?.kind === of.kind) : names
}

type Named = readonly [name: string, value: unknown]

function valueOf(answer: Dict<unknown> | undefined, name: string, field: string): Named[] {
  const value = own(answer, field)
  return value === undefined ? [] : [[`${name}.${field}`, value]]
}

/** Whether one of several meets a term, which is enough; for `!=` none may be the value, and there has to be one. */
function meets(
  found: readonly Named[],
  { op, value }: { readonly op: Operator; readonly value: string },
): Values | undefined {
  const met = found.filter(([, one]) => compares(one, op, value))
  if (met.length === 0 || (op === '!=' && met.length < found.length)) return undefined
  return Object.fromEntries(met)
}

/** Whether a value of an answer meets a comparison; of several values, one is enough. */
export function compares(found: unknown, op: Operator, value: string): boolean {
  if (Array.isArray(found)) return found.some((one) => compares(one, op, value))
  switch (op) {
    case '=':
      return isEqual(found, value)
    case '!=':
      return !isEqual(found, value)
    case '~':
      return String(found).toLowerCase().includes(value.toLowerCase())
    case '<':
    case '<=':
    case '>':
    case '>=':
      return typeof found === 'number' && ORDER[op](found, Number(value))
  }
}

const ORDER = {
  '<': (a: number, b: number): boolean => a < b,
  '<=': (a: number, b: number): boolean => a <= b,
  '>': (a: number, b: number): boolean => a > b,
  '>=': (a: number, b: number): boolean => a >= b,
} as const

function isEqual(found: unknown, value: string): boolean {
  return typeof found === 'number' ? isNumber(value) && found === Number(value) : String(found) === value
}

/** Returns the value in an account at a path of a section, without the globals. */
function written(account: Account, [section = '', ...rest]: readonly string[]): unknown {
  const collection = COLLECTIONS.find((name) => name === section)
  const start: unknown = collection === undefined ? own(account.overrides, section) : account[collection]
  return rest.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    start,
  )
}
