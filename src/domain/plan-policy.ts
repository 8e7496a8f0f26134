import { own } from './plain-data.ts'
import type { Globals, Plan, PlanName } from './settings-types.ts'

/**
 * The overrides that a plan permits. Free overrides nothing, whatever `plans.yaml` contains: the check is here, in the
 * code that compiler and SDK share, so that no file can widen it.
 */
export interface Policy {
  readonly plan: PlanName
  readonly rule: Plan
}

export function policyOf(globals: Pick<Globals, 'plans'>, plan: PlanName): Policy {
  return { plan, rule: globals.plans[plan] }
}

/** Whether the whole section, or this field of it, may be overridden. */
export function permits(policy: Policy, section: string, field?: string): boolean {
  if (policy.plan === 'free') return false
  const items = policy.rule.may_override
  return items.includes(section) || (field !== undefined && items.includes(`${section}.${field}`))
}

/** Whether any field of the section may be overridden. */
export function permitsSome(policy: Policy, section: string): boolean {
  if (policy.plan === 'free') return false
  return policy.rule.may_override.some((item) => item === section || item.startsWith(`${section}.`))
}

export function permitsModel(policy: Policy, model: string): boolean {
  const { allow, deny } = policy.rule.models ?? {}
  if (allow !== undefined) return allow.includes(model)
  return !(deny ?? []).includes(model)
}

/** Returns the plan's limit on a field, in the field's own unit; undefined where there is none. */
export function limitOf(policy: Policy, field: string): number | undefined {
  return own(policy.rule.limits, field)
}
