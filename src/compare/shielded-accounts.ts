import { isObject } from '../store/format/decode-json.ts'
import { type Dict, own } from '../domain/plain-data.ts'
import type { Account, FunctionSpec, Globals } from '../domain/settings-types.ts'
import { blockFields, sectionFields } from '../domain/vocabulary-fields.ts'
import { permits, policyOf } from '../domain/plan-policy.ts'
import { resolveFunction } from '../domain/resolve-answers.ts'
import { same } from './changed-fields.ts'

/** An account that both sides know, with its flat forms. */
export interface Shielded {
  readonly account: Account
  readonly before: Dict<unknown>
  readonly after: Dict<unknown>
}

/**
 * Finds which moved globals an account's own values keep from it: the field would be the global's if the account did
 * not write it, and the answer stayed. A text diff cannot show this, since it is in neither of the two files.
 */
export class Shield {
  readonly #before: Globals
  readonly #after: Globals
  readonly #moved: ReadonlySet<string>
  /** Moved fields of the global records, by collection and id. */
  readonly #records: ReadonlyMap<string, readonly string[]>

  constructor(before: Globals, after: Globals, moved: readonly string[]) {
    this.#before = before
    this.#after = after
    this.#moved = new Set(moved)
    const records = new Map<string, readonly string[]>()
    for (const [collection, folder] of RECORDS) {
      for (const id of Object.keys({ ...before[collection], ...after[collection] })) {
        records.set(
          `${collection}.${id}`,
          moved.filter((name) => name.startsWith(`${folder}/${id}.`)),
        )
      }
    }
    this.#records = records
  }

  /** Returns the moved fields that this account is shielded from. */
  of(shielded: Shielded): Set<string> {
    const found = new Set<string>()
    if (this.#moved.size === 0) return found
    const { account } = shielded
    if (account.overrides !== undefined) {
      for (const [name, spec] of Object.entries(this.#after.functions)) this.#inFunction(name, spec, shielded, found)
    }
    for (const type of Object.keys(this.#brought(account, 'prompts'))) {
      if (!this.#moved.has(`prompts/${type}.value`)) continue
      if (stayed(shielded, 'prompts', type, 'prompt_value')) found.add(`prompts/${type}.value`)
    }
    for (const [collection] of RECORDS) {
      for (const id of Object.keys(this.#brought(account, collection))) {
        const names = this.#records.get(`${collection}.${id}`) ?? []
        if (names.length > 0 && stayed(shielded, collection, id)) for (const name of names) found.add(name)
      }
    }
    return found
  }

  #inFunction(name: string, spec: FunctionSpec, shielded: Shielded, found: Set<string>): void {
    const { provider, providerLayer, fields } = resolveFunction(this.#after, shielded.account, spec)
    const choice = `${spec.kind}.provider`
    if (providerLayer === 'account' && this.#moved.has(choice)) {
      if (stayed(shielded, 'functions', name, 'provider')) found.add(choice)
    }
    const { vocabulary } = this.#after
    for (const field of [...blockFields(vocabulary, provider).keys(), ...sectionFields(vocabulary, spec.kind).keys()]) {
      if (fields.get(field)?.layer !== 'account' || !stayed(shielded, 'functions', name, field)) continue
      for (const globals of [this.#before, this.#after]) {
        const source = sourceOf(globals, name, provider, field)
        if (source !== undefined && this.#moved.has(source)) found.add(source)
      }
    }
  }

  #brought(account: Account, section: 'prompts' | 'author_profiles' | 'strategies'): Dict<unknown> {
    return permits(policyOf(this.#after, account.plan), section) ? (account[section] ?? {}) : {}
  }
}

/** Records that are replaced by id, and the folder of the global ones. */
const RECORDS = [
  ['author_profiles', 'author-profiles'],
  ['strategies', 'strategies'],
] as const

/**
 * Returns the global field that an account without a value of its own would get; undefined where there is no such
 * function.
 */
function sourceOf(globals: Globals, name: string, provider: string, field: string): string | undefined {
  const spec = own(globals.functions, name)
  if (spec === undefined) return undefined
  if (field === 'model') {
    if (own(spec.models, provider) !== undefined) return `functions.functions.${name}.defaults.models.${provider}`
  } else if (own(spec.defaults, field) !== undefined) return `functions.functions.${name}.defaults.${field}`
  return sectionFields(globals.vocabulary, spec.kind).has(field)
    ? `${spec.kind}.${field}`
    : `providers.${provider}.${field}`
}

function stayed({ before, after }: Shielded, ...path: readonly string[]): boolean {
  return same(at(before, path), at(after, path))
}

function at(from: unknown, path: readonly string[]): unknown {
  let found = from
  for (const step of path) found = isObject(found) ? own(found, step) : undefined
  return found
}
