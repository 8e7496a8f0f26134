import { type Dict, own } from './plain-data.ts'
import type { Account, Globals, PlanName } from './settings-types.ts'
import { resolveFunction, resolvePrompt, resolveRecords } from './resolve-answers.ts'

/** A service's answer for one function: snake_case, and of a key only the name of its secret. */
export type FunctionAnswer = {
  readonly provider: string
  readonly api_key: { readonly secret: string }
} & Dict<unknown>

/** Returns undefined where there is no such function. */
export function functionAnswer(
  globals: Globals,
  account: Account | undefined,
  name: string,
  livePlan?: PlanName,
): FunctionAnswer | undefined {
  const spec = own(globals.functions, name)
  if (spec === undefined) return undefined
  const { provider, secret, fields } = resolveFunction(globals, account, spec, livePlan)
  const values = Object.fromEntries([...fields].map(([field, { value }]) => [field, value]))
  return { provider, ...values, api_key: { secret } }
}

/** Returns everything for one account; without an account, what every account inherits. */
export function flatAccount(globals: Globals, account: Account | undefined): Dict<unknown> {
  const functions = Object.keys(globals.functions).map((name) => [name, functionAnswer(globals, account, name)])
  const prompts = Object.keys(globals.prompts).map((type) => [type, resolvePrompt(globals, account, type)])
  return {
    ...(account !== undefined && { plan: account.plan }),
    functions: Object.fromEntries(functions),
    prompts: Object.fromEntries(prompts),
    author_profiles: resolveRecords(globals, account, 'author_profiles'),
    strategies: resolveRecords(globals, account, 'strategies'),
  }
}

/** Resolves everything for every account: keys sorted, no clock, no machine. */
export function flat(globals: Globals, accounts: Iterable<readonly [string, Account]>, commit: string | null): string {
  const all = {
    commit,
    functions: Object.keys(globals.functions).sort(),
    defaults: flatAccount(globals, undefined),
    accounts: Object.fromEntries([...accounts].map(([id, account]) => [id, flatAccount(globals, account)])),
  }
  return `${print(all)}\n`
}

/**
 * Prints like `JSON.stringify` with two spaces, but with keys sorted as text: an object itself would put "9" before
 * "10".
 */
function print(value: unknown, line = '\n'): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = `${line}  `
  if (Array.isArray(value))
    return between(
      '[',
      value.map((item) => print(item, inner)),
      ']',
      line,
    )
  const entries = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return between(
    '{',
    entries.map(([key, member]) => `${JSON.stringify(key)}: ${print(member, inner)}`),
    '}',
    line,
  )
}

function between(open: string, members: readonly string[], close: string, line: string): string {
  return members.length === 0 ? `${open}${close}` : `${open}${line}  ${members.join(`,${line}  `)}${line}${close}`
}
