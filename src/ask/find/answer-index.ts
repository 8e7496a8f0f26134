import { isDeepStrictEqual } from 'node:util'
import { functionAnswer } from '../../domain/flat-form.ts'
import { own } from '../../domain/plain-data.ts'
import type { Account, Globals } from '../../domain/settings-types.ts'
import { compares, matchTerm } from './match-query.ts'
import type { Term } from './parse-query.ts'

type FunctionTerm = Extract<Term, { readonly is: 'function' }>

/** An account in its place among all. */
interface Indexed {
  readonly id: string
  readonly account: Account
}

/**
 * What the functions answer for every account, resolved once: a query then compares each different value once, and
 * looks at the accounts' codes of it. It finds what `match` would find, account by account.
 */
export class AnswerIndex {
  private readonly globals: Globals
  private readonly accounts: readonly Indexed[]
  private readonly plans: Column
  private readonly functions: ReadonlyMap<string, FunctionColumns>

  private constructor(
    globals: Globals,
    accounts: readonly Indexed[],
    plans: Column,
    functions: ReadonlyMap<string, FunctionColumns>,
  ) {
    this.globals = globals
    this.accounts = accounts
    this.plans = plans
    this.functions = functions
  }

  /**
   * Resolves everything, letting others have their turn meanwhile.
   *
   * @param before an earlier index: what is the same object there need not be resolved again.
   */
  static async of(
    globals: Globals,
    accounts: ReadonlyMap<string, { readonly account: Account }>,
    before?: AnswerIndex,
  ): Promise<AnswerIndex> {
    const all = [...accounts].map(([id, { account }]) => ({ id, account })).sort((a, b) => (a.id < b.id ? -1 : 1))
    const earlier = before !== undefined && isDeepStrictEqual(before.globals, globals) ? before : undefined
    const rows = new Map(earlier?.accounts.map(({ account }, row) => [account, row]))
    const functions = new Map<string, FunctionColumns>()
    for (const name of Object.keys(globals.functions)) {
      functions.set(name, new FunctionColumns(globals, name, all.length, earlier?.functions.get(name)))
    }
    const plans = new Column(all.length)
    for (const [row, { account }] of all.entries()) plans.put(row, account.plan)
    let since = performance.now()
    for (const [row, { account }] of all.entries()) {
      for (const columns of functions.values()) columns.put(row, account, rows.get(account))
      if (performance.now() - since < SLICE_MS) continue
      await new Promise((resolve) => setImmediate(resolve))
      since = performance.now()
    }
    for (const columns of functions.values()) columns.complete()
    return new AnswerIndex(globals, all, plans, functions)
  }

  /** Returns the ids of the accounts that meet all terms, sorted. */
  find(terms: readonly Term[]): string[] {
    // Those that look at nothing but a word come first, and leave fewer for the others.
    const conditions = [...terms].sort((a, b) => costOf(a) - costOf(b)).map((term) => this.conditionOf(term))
    const ids: string[] = []
    // An account itself is far away in memory: only those that are found are looked at.
    for (let row = 0; row < this.accounts.length; row++) {
      if (!areMet(conditions, row)) continue
      const found = this.accounts[row]
      if (found !== undefined) ids.push(found.id)
    }
    return ids
  }

  private conditionOf(term: Term): (row: number) => boolean {
    if (term.is === 'function') return this.answersMeet(term)
    if (term.is === 'plan') {
      const { codes, values } = this.plans
      const meets = values.map((plan) => typeof plan === 'string' && term.plans.includes(plan))
      return (row) => meets[codes[row] ?? 0] === true
    }
    const { globals, accounts } = this
    const alike = alikeBy(term)
    const known = new Map<string, boolean>()
    return (row) => {
      const one = accounts[row]
      if (one === undefined) return false
      const key = alike(one.account)
      let met = key === undefined ? undefined : known.get(key)
      if (met === undefined) {
        met = matchTerm(term, globals, one.id, one.account, () => undefined) !== undefined
        if (key !== undefined) known.set(key, met)
      }
      return met
    }
  }

  private answersMeet({ of, field, op, value }: FunctionTerm): (row: number) => boolean {
    const columns = [...this.functions].flatMap(([name, each]) => {
      if (of.by === 'name' && name !== of.name) return []
      if (of.by === 'kind' && own(this.globals.functions, name)?.kind !== of.kind) return []
      const column = each.fields.get(field)
      if (column === undefined) return []
      const meets = column.values.map((one) => one !== undefined && compares(one, op, value))
      const provider = each.fields.get('provider')
      const isAsked = of.by === 'provider' ? provider?.values.map((one) => one === of.provider) : undefined
      return [{ codes: column.codes, meets, providers: provider?.codes, isAsked }]
    })
    return (row) => {
      let met = 0
      let found = 0
      for (const { codes, meets, providers, isAsked } of columns) {
        if (isAsked !== undefined && isAsked[providers?.[row] ?? 0] !== true) continue
        const code = codes[row] ?? 0
        if (code === 0) continue
        found++
        if (meets[code] === true) met++
      }
      return met > 0 && (op !== '!=' || met === found)
    }
  }
}

function areMet(conditions: readonly ((row: number) => boolean)[], row: number): boolean {
  for (const isMet of conditions) if (!isMet(row)) return false
  return true
}

function costOf({ is }: Term): number {
  return is === 'plan' || is === 'id' ? 0 : 1
}

/** Milliseconds after which others have their turn. */
const SLICE_MS = 4

/**
 * Returns a key of an account: all that have the same meet a term, or none of them does. What an account writes nothing
 * about, it has from the globals.
 */
function alikeBy(term: Term): (account: Account) => string | undefined {
  switch (term.is) {
    case 'prompt':
      return ({ prompts }) => (own(prompts, term.type) === undefined ? '' : undefined)
    case 'record':
      return (account) => (account[term.collection] === undefined ? '' : undefined)
    case 'plan':
    case 'id':
    case 'overrides':
    case 'function':
      return () => undefined
  }
}

/** The answers of one function, a column for each field. */
class FunctionColumns {
  readonly fields = new Map<string, Column>()
  private readonly globals: Globals
  private readonly name: string
  private readonly size: number
  /** The columns of an earlier index; only until all rows are put, or each index would keep all that were before it. */
  private before: FunctionColumns | undefined
  /** The row of an account that overrides nothing: all those have the same answer. */
  private plain: number | undefined

  constructor(globals: Globals, name: string, size: number, before: FunctionColumns | undefined) {
    this.globals = globals
    this.name = name
    this.size = size
    this.before = before
    for (const [field, { values }] of before?.fields ?? []) this.fields.set(field, new Column(size, values))
  }

  put(row: number, account: Account, rowBefore: number | undefined): void {
    if (rowBefore !== undefined && this.before !== undefined) return this.copy(row, rowBefore, this.before)
    if (account.overrides === undefined) {
      if (this.plain !== undefined) return this.copy(row, this.plain, this)
      this.plain = row
    }
    for (const [field, value] of Object.entries(functionAnswer(this.globals, account, this.name) ?? {})) {
      let column = this.fields.get(field)
      if (column === undefined) this.fields.set(field, (column = new Column(this.size)))
      column.put(row, value)
    }
    return undefined
  }

  /** Lets go of the earlier index. */
  complete(): void {
    this.before = undefined
  }

  /** The values of an earlier column are the first of its successor: their codes are the same. */
  private copy(row: number, from: number, { fields }: FunctionColumns): void {
    for (const [field, { codes }] of fields) {
      const column = this.fields.get(field)
      if (column !== undefined) column.codes[row] = codes[from] ?? 0
    }
  }
}

/** The values of one field: a code for each account, and the value of each code; 0 is none. */
class Column {
  readonly codes: Uint32Array
  readonly values: unknown[]
  private readonly known: Map<unknown, number>

  constructor(size: number, values: readonly unknown[] = [undefined]) {
    this.codes = new Uint32Array(size)
    this.values = [...values]
    this.known = new Map(values.map((value, code) => [keyOf(value), code]))
  }

  put(row: number, value: unknown): void {
    if (value === undefined) return
    const key = keyOf(value)
    let code = this.known.get(key)
    if (code === undefined) {
      code = this.values.push(value) - 1
      this.known.set(key, code)
    }
    this.codes[row] = code
  }
}

/** A key that two values have alone if no query tells them apart. */
function keyOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? `\0${JSON.stringify(value)}` : value
}
