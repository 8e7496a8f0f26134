import { canonical } from '../store/format/canonical-json.ts'
import type { PlanName } from '../domain/settings-types.ts'
import { type ByPlan, noneByPlan } from '../compare/diff-answers.ts'
import type { AccountChange, Change } from '../compare/diff-types.ts'

/** Accounts whose answers differ in the very same way. */
export interface Group {
  readonly changes: readonly Change[]
  readonly count: number
  readonly by_plan: ByPlan
  /** The first few, by id. */
  readonly samples: readonly { readonly account: string; readonly plan: PlanName }[]
}

const SAMPLES = 3

/** Groups accounts, the largest group first; among equals, the one whose first account comes first. */
export function grouped(accounts: readonly AccountChange[]): Group[] {
  const groups = new Map<string, Growing>()
  for (const { account, plan, changes } of accounts) {
    const key = canonical(changes)
    const group = groups.get(key) ?? { changes, count: 0, by_plan: noneByPlan(), samples: [] }
    groups.set(key, group)
    group.count++
    group.by_plan[plan]++
    if (group.samples.length < SAMPLES) group.samples.push({ account, plan })
  }
  // Sorting is stable, and the accounts arrive sorted.
  return [...groups.values()].sort((a, b) => b.count - a.count)
}

interface Growing {
  readonly changes: readonly Change[]
  count: number
  readonly by_plan: Record<PlanName, number>
  readonly samples: { readonly account: string; readonly plan: PlanName }[]
}

/** Whether the account is on one side alone: its plan comes from nothing, or goes to nothing. */
export function isNew(changes: readonly Change[]): boolean {
  return changes.some(({ field, old }) => field === 'plan' && old === null)
}

export function isGone(changes: readonly Change[]): boolean {
  return changes.some((change) => change.field === 'plan' && change.new === null)
}
