import { types } from 'node:util'
import { PLANS, type PlanName } from '../../domain/settings-types.ts'
import { quote } from '../../base/quote-name.ts'
import { TenfoldError, unknown } from '../tenfold-error.ts'

const PLAN: ReadonlyMap<unknown, PlanName> = new Map(PLANS.map((plan) => [plan, plan]))

/**
 * The options that last passed the check: a caller that reuses its options object allocates nothing, and neither does
 * the check.
 */
let lastOptions: object | undefined
let lastPlan: PlanName | undefined

/**
 * Returns the live plan from a call's options. A caller that passes one is being careful, so an option that is almost a
 * plan must not be ignored.
 *
 * @throws {TenfoldError} `invalid_option`, `unknown_plan`
 */
export function livePlanOf(options: { readonly plan?: unknown }): PlanName | undefined {
  if (lastOptions === options && lastPlan === options.plan && isAlone(options)) return lastPlan
  const given = planIn(options)
  if (given === undefined) return undefined
  const plan = PLAN.get(given)
  if (plan === undefined) throw unknown('unknown_plan', 'plan', given, PLANS)
  lastOptions = options
  lastPlan = plan
  return plan
}

/** @throws {TenfoldError} `invalid_option` */
function planIn(options: unknown): unknown {
  if (!isPlain(options)) {
    throw new TenfoldError('invalid_option', `the options are ${quote(options)}; they have to be like { plan: "free" }`)
  }
  refuseOthers(Object.getOwnPropertyNames(options))
  refuseOthers(Object.getOwnPropertySymbols(options))
  const own = Object.getOwnPropertyDescriptor(options, 'plan')
  if (own === undefined || 'value' in own) return own?.value
  throw new TenfoldError('invalid_option', 'the option plan has to be a value, and is a getter')
}

/** Takes string and symbol keys separately, since reading both at once takes twice as long. @throws {TenfoldError} */
function refuseOthers(names: readonly PropertyKey[]): void {
  for (const name of names) if (name !== 'plan') throw unknown('invalid_option', 'option', name, ['plan'])
}

/** Whether a value has no getters, whose results could change between reads, and inherits nothing. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Whether the options still hold nothing besides the plan. Allocates nothing. */
function isAlone(options: object): boolean {
  for (const name in options) if (name !== 'plan') return false
  return true
}
