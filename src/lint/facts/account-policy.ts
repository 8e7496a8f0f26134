import { isPlan } from '../../domain/model.ts'
import { type Policy } from '../../domain/policy.ts'
import type { PartialGlobals } from '../../source/link.ts'
import type { AccountModel } from '../../source/account-model.ts'

/** What a paid account's plan permits; undefined for Free, which has a rule of its own, and where it is not known. */
export function paidPolicy({ plan }: AccountModel, { plans }: PartialGlobals): Policy | undefined {
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
