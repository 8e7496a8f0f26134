import { isPlan } from '../../../bundle/model.ts'
import { type Policy } from '../../../bundle/policy.ts'
import type { Known } from '../../../compile/link.ts'
import type { AccountModel } from '../../../compile/model.ts'

/** What a paid account's plan permits; undefined for Free, which has a rule of its own, and where it is not known. */
export function paidPolicy({ plan }: AccountModel, { plans }: Known): Policy | undefined {
  if (plans === undefined || !isPlan(plan) || isFree(plan)) return undefined
  return { plan, rule: plans[plan] }
}

/**
 * Free overrides nothing, and `plan/free-no-overrides` says so once a section: what is wrong beneath one goes with it.
 * Only `secret/*`, and what the file's text and schema forbid, still speaks there.
 */
export function isFree(plan: string): plan is 'free' {
  return plan === 'free'
}
