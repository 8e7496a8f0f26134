import { parameterNames, widestOf } from '../domain/vocabulary-fields.ts'
import { own } from '../domain/plain-data.ts'
import { type Account, type Globals, PLANS, type PlanName } from '../domain/settings-types.ts'
import { flatAccount } from '../domain/flat-form.ts'
import { changesOf, same } from './changed-fields.ts'
import { Estimate } from './estimate-cost.ts'
import type { AccountChange, Diff, Effects, GlobalChange, Pair, Side } from './diff-types.ts'
import { Shield } from './shielded-accounts.ts'

/**
 * Computes the resolved difference between two sides: their `compile --flat`, compared. It is a function of its
 * arguments alone.
 *
 * @param pairs Every account that may differ, each once; one that is left out is taken to be the same on both sides.
 * @param totals How many accounts of each plan HEAD has.
 */
export function diff(before: Side, after: Side, pairs: Iterable<Pair>, totals: ByPlan): Difference {
  const globals = globalChanges(before, after)
  const moved = globals.map(({ field }) => field)
  const both =
    before.globals !== undefined && after.globals !== undefined
      ? { before: before.globals, after: after.globals }
      : undefined
  const shield = both && new Shield(both.before, both.after, moved)
  const estimate = both && new Estimate(both.before, both.after)
  const accounts: AccountChange[] = []
  const shielded = new Lists()
  const leftBehind = new Lists()
  const changed = noneByPlan()
  const shieldedByPlan = noneByPlan()
  for (const pair of pairs) {
    const plan = (pair.after ?? pair.before)?.plan
    if (plan === undefined) continue
    const [then, now] = [flatOf(before, pair.before), flatOf(after, pair.after)]
    const changes = changesOf(then, now)
    if (changes.length > 0) {
      accounts.push({ account: pair.id, plan, changes })
      changed[plan]++
    }
    if (then === undefined || now === undefined || pair.after === undefined) continue
    if (changes.length > 0) estimate?.add(then, now)
    const from = shield?.of({ account: pair.after, before: then, after: now }) ?? []
    for (const field of from) shielded.add(field, pair.id)
    if ([...from].length > 0) shieldedByPlan[plan]++
    if (both !== undefined) for (const type of outdated(both, pair.after)) leftBehind.add(type, pair.id)
  }
  const none = { before: 0, after: 0, priced: 0, unpriced: 0 }
  return {
    diff: {
      base: before.commit,
      head: after.commit,
      globals,
      accounts: accounts.sort((a, b) => (a.account < b.account ? -1 : 1)),
      unknown_accounts: changesOf(
        before.globals && flatAccount(before.globals, undefined),
        after.globals && flatAccount(after.globals, undefined),
      ),
      shielded: shielded.sorted(),
      summary: summaryOf(changed, totals),
    },
    effects: {
      shielded_by_plan: shieldedByPlan,
      left_behind: leftBehind.sorted(),
      cost: estimate?.sums() ?? none,
      counted: [...new Set([before, after].flatMap(({ globals: one }) => (one === undefined ? [] : countedIn(one))))],
    },
  }
}

/** Returns the parameters that count something. */
function countedIn({ vocabulary }: Globals): string[] {
  return [...parameterNames(vocabulary)].filter((name) => {
    return widestOf(vocabulary, name, 'number')?.unit !== undefined
  })
}

export interface Difference {
  readonly diff: Diff
  readonly effects: Effects
}

function summaryOf(changed: ByPlan, totals: ByPlan): Diff['summary'] {
  const sum = (counts: ByPlan): number => PLANS.reduce((all, plan) => all + counts[plan], 0)
  return {
    accounts_changed: sum(changed),
    accounts_total: sum(totals),
    by_plan: {
      free: { changed: changed.free, total: totals.free },
      starter: { changed: changed.starter, total: totals.starter },
      growth: { changed: changed.growth, total: totals.growth },
      scale: { changed: changed.scale, total: totals.scale },
    },
  }
}

export type ByPlan = Readonly<Record<PlanName, number>>

export function noneByPlan(): Record<PlanName, number> {
  return { free: 0, starter: 0, growth: 0, scale: 0 }
}

function globalChanges(before: Side, after: Side): GlobalChange[] {
  const found: GlobalChange[] = []
  for (const field of new Set([...before.fields.keys(), ...after.fields.keys()])) {
    const [then, now] = [before.fields.get(field), after.fields.get(field)]
    const place = now ?? then
    if (place === undefined || same(then?.value, now?.value)) continue
    found.push({ field, old: then?.value ?? null, new: now?.value ?? null, file: place.file, line: place.line })
  }
  return found.sort((a, b) => (a.field < b.field ? -1 : 1))
}

function flatOf({ globals }: Side, account: Account | undefined): ReturnType<typeof flatAccount> | undefined {
  return account === undefined || globals === undefined ? undefined : flatAccount(globals, account)
}

/** Returns the prompt types that this change moved and whose text the account's customisation does not know yet. */
function outdated({ before, after }: { before: Globals; after: Globals }, { prompts = {} }: Account): string[] {
  return Object.keys(prompts).filter((type) => {
    const [then, now] = [own(before.prompts, type), own(after.prompts, type)]
    if (then === undefined || now === undefined || then.value === now.value) return false
    return own(prompts, type)?.default !== now.value
  })
}

/** Maps names to account ids. */
class Lists {
  readonly #lists = new Map<string, string[]>()

  add(name: string, id: string): void {
    const list = this.#lists.get(name)
    if (list === undefined) this.#lists.set(name, [id])
    else list.push(id)
  }

  sorted(): Record<string, string[]> {
    const entries = [...this.#lists].sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(entries.map(([name, ids]) => [name, ids.sort()]))
  }
}
