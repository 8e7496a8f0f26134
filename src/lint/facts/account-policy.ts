import { isPlan } from '../../domain/settings-types.ts'
import { type Policy } from '../../domain/plan-policy.ts'
import type { PartialGlobals, AccountModel } from '../../source/link-files.ts'

/**
 * Returns what a paid account's plan permits; undefined for Free, which has its own rule, and where it is not known.
 */
export function paidPolicy({ plan }: AccountModel, { plans }: PartialGlobals): Policy | undefined {
  if (plans === undefined || !isPlan(plan) || isFree(plan)) return undefined
  return { plan, rule: plans[plan] }
}

/**
 * Whether a plan is Free. Free overrides nothing, and `plan/free-no-overrides` reports that once per section: what is
 * wrong beneath one goes with it. Only `secret/*`, and what the file's text and schema forbid, is still reported there.
 */
export function isFree(plan: string): plan is 'free' {
  return plan === 'free'
}
