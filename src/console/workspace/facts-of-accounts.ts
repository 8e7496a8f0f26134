import type { EveryAccount } from '../../ask/read-all-accounts.ts'
import { sameText } from '../../domain/placeholders.ts'
import { type Account, PLANS, type PlanName } from '../../domain/settings-types.ts'
import { own } from '../../domain/plain-data.ts'

/** What is counted over all accounts, once for each reading of them. */
export interface FactsOfAccounts {
  /** All ids, those whose files cannot be understood included; sorted, a line each: a text is found in one go. */
  readonly ids: string
  readonly byPlan: Readonly<Record<PlanName, number>>
  /** The accounts with a value of their own, by `section.field`. */
  readonly overriding: ReadonlyMap<string, readonly string[]>
  /** The accounts that name a model, by `section.model=MODEL`. */
  readonly naming: ReadonlyMap<string, readonly string[]>
  /** By prompt type. */
  readonly prompts: ReadonlyMap<string, CustomisedPrompt>
  /** The accounts that replace a record, by `author_profiles.ID` or `strategies.ID`. */
  readonly replacing: ReadonlyMap<string, readonly string[]>
}

interface CustomisedPrompt {
  readonly customised: readonly string[]
  readonly pinned: readonly string[]
  /** Those whose record was made from another global text than today's. */
  readonly behind: readonly string[]
}

const COUNTED = new WeakMap<EveryAccount, FactsOfAccounts>()

export function factsOf(every: EveryAccount): FactsOfAccounts {
  const known = COUNTED.get(every)
  if (known !== undefined) return known
  const facts = count(every)
  COUNTED.set(every, facts)
  return facts
}

function count({ accounts, opaque, common }: EveryAccount): FactsOfAccounts {
  const { prompts: globals } = common.context.known
  const byPlan = { free: 0, starter: 0, growth: 0, scale: 0 }
  const overriding = new Lists()
  const naming = new Lists()
  const replacing = new Lists()
  const [customised, pinned, behind] = [new Lists(), new Lists(), new Lists()]
  for (const [id, { account }] of accounts) {
    byPlan[account.plan]++
    for (const [section, fields] of Object.entries(account.overrides ?? {})) {
      for (const [field, value] of Object.entries(fields)) {
        overriding.add(`${section}.${field}`, id)
        if (field === 'model' && typeof value === 'string') naming.add(`${section}.model=${value}`, id)
      }
    }
    for (const [type, record] of Object.entries(account.prompts ?? {})) {
      const list = record.customized ? customised : pinned
      list.add(type, id)
      const global = own(globals, type)
      if (global !== undefined && global !== null && !sameText(record.default, global.value)) behind.add(type, id)
    }
    for (const name of recordsOf(account)) replacing.add(name, id)
  }
  const types = new Set([...customised.keys(), ...pinned.keys(), ...behind.keys()])
  const prompts = new Map(
    [...types].map((type) => [
      type,
      { customised: customised.of(type), pinned: pinned.of(type), behind: behind.of(type) },
    ]),
  )
  const ids = `\n${[...accounts.keys(), ...opaque].sort().join('\n')}\n`
  return { ids, byPlan, overriding: overriding.all, naming: naming.all, prompts, replacing: replacing.all }
}

function recordsOf({ author_profiles = {}, strategies = {} }: Account): string[] {
  return [
    ...Object.keys(author_profiles).map((name) => `author_profiles.${name}`),
    ...Object.keys(strategies).map((name) => `strategies.${name}`),
  ]
}

class Lists {
  readonly all = new Map<string, string[]>()

  add(key: string, id: string): void {
    const list = this.all.get(key)
    if (list === undefined) this.all.set(key, [id])
    else list.push(id)
  }

  of(key: string): readonly string[] {
    return this.all.get(key) ?? []
  }

  keys(): Iterable<string> {
    return this.all.keys()
  }
}

export function totalOf({ byPlan }: FactsOfAccounts): number {
  return PLANS.reduce((sum, plan) => sum + byPlan[plan], 0)
}
