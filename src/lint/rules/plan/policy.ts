import { isPlan } from '../../../bundle/model.ts'
import { type Policy } from '../../../bundle/policy.ts'
import type { Known } from '../../../compile/link.ts'
import type { AccountModel } from '../../../compile/model.ts'

/** What a paid account's plan permits; undefined for Free, which has a rule of its own, and where it is not known. */
export function paidPolicy({ plan }: AccountModel, { plans }: Known): Policy | undefined {
  if (plans === undefined || !isPlan(plan) || plan === 'free') return undefined
  return { plan, rule: plans[plan] }
}
