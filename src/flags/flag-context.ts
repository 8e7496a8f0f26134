import { quote } from '../base/quote-name.ts'
import { didYouMean } from '../base/did-you-mean.ts'
import { PLANS, type PlanName, isPlan } from '../domain/settings-types.ts'
import { FlagProblem } from './flag-problem.ts'

/** Whom a flag is asked for. */
export interface FlagContext {
  readonly account: string
  /** The plan that is in force now, by whoever asks. */
  readonly plan: PlanName | undefined
}

/**
 * Reads the evaluation context of OpenFeature: `targetingKey` is the account and `plan` the live plan; nothing else in
 * it counts.
 *
 * @throws {FlagProblem} `TARGETING_KEY_MISSING`, `INVALID_CONTEXT`
 */
export function readFlagContext({ targetingKey, plan }: Readonly<Record<string, unknown>>): FlagContext {
  if (targetingKey === undefined || targetingKey === '') {
    throw new FlagProblem('TARGETING_KEY_MISSING', 'the context has no targetingKey: it is the id of the account')
  }
  if (typeof targetingKey !== 'string') {
    throw new FlagProblem('INVALID_CONTEXT', `targetingKey is ${kindOf(targetingKey)}; it has to be a text`)
  }
  if (plan === undefined) return { account: targetingKey, plan }
  // Whoever gives a plan is being careful: one that is almost a plan must not be ignored.
  if (typeof plan !== 'string') {
    throw new FlagProblem('INVALID_CONTEXT', `plan is ${kindOf(plan)}; it has to be one of ${PLANS.join(', ')}`)
  }
  if (!isPlan(plan)) {
    const hint = didYouMean(plan, PLANS)
    throw new FlagProblem('INVALID_CONTEXT', `no plan ${quote(plan)}; ${hint}the plans are ${PLANS.join(', ')}`)
  }
  return { account: targetingKey, plan }
}

/** Names what a value is that should be a text: quoted, 3 would be the text "3". */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
