import { quote } from '../base/quote-name.ts'
import type { Evaluated, Evaluation, SettingsQuestion } from '../sdk/evaluation.ts'
import { TenfoldError, type TenfoldErrorCode } from '../sdk/tenfold-error.ts'
import type { FlagContext } from './flag-context.ts'
import { parseFlagKey } from './flag-key.ts'
import { FlagProblem, type FlagProblemCode } from './flag-problem.ts'

/**
 * Why a flag has its value: `SPLIT` where the candidate of a rollout answers, `TARGETING_MATCH` where something of the
 * account's counts, `STATIC` where the globals answer alone.
 */
type FlagReason = 'SPLIT' | 'TARGETING_MATCH' | 'STATIC'
type FlagVariant = 'candidate' | 'account' | 'global'

/** What tells an answer apart, by the names of OpenFeature's appendix D where it has one. */
interface FlagMetadata {
  readonly [name: string]: string | boolean
  /** The release's seq, as text. */
  readonly version: string
  /** The environment. */
  readonly flagSetId: string
  /** The account. */
  readonly contextId: string
  readonly release: 'stable' | 'candidate'
  readonly known: boolean
}

export interface FlagAnswer {
  readonly question: SettingsQuestion
  readonly evaluated: Evaluated
  readonly reason: FlagReason
  readonly variant: FlagVariant
  readonly environment: string
  readonly account: string
}

/** @throws {FlagProblem} */
export function evaluateFlag(evaluation: Evaluation, key: string, context: FlagContext): FlagAnswer {
  const question = parseFlagKey(key)
  if (question === undefined) {
    const message = `no flag ${quote(key)}; there are functions.NAME, prompts.TYPE, author_profiles and strategies`
    throw new FlagProblem('FLAG_NOT_FOUND', message)
  }
  return evaluateQuestion(evaluation, question, context)
}

/** @throws {FlagProblem} */
export function evaluateQuestion(evaluation: Evaluation, question: SettingsQuestion, context: FlagContext): FlagAnswer {
  const { account, plan } = context
  const evaluated = ask(evaluation, question, account, plan)
  const isCandidate = evaluated.by.release === 'candidate'
  return {
    question,
    evaluated,
    reason: isCandidate ? 'SPLIT' : evaluated.isOwn ? 'TARGETING_MATCH' : 'STATIC',
    variant: isCandidate ? 'candidate' : evaluated.isOwn ? 'account' : 'global',
    environment: evaluation.environment,
    account,
  }
}

export function metadataOf({ evaluated, environment, account }: FlagAnswer): FlagMetadata {
  const { by, known, isCustomized } = evaluated
  return {
    version: String(by.seq),
    flagSetId: environment,
    contextId: account,
    release: by.release,
    known,
    ...(by.commit !== null && { commit: by.commit }),
    ...(isCustomized !== undefined && { isCustomized }),
  }
}

function ask(
  { evaluator }: Evaluation,
  question: SettingsQuestion,
  account: string,
  plan: FlagContext['plan'],
): Evaluated {
  try {
    return evaluator.evaluate(question, account, plan === undefined ? undefined : { plan })
  } catch (error) {
    throw problemOf(error)
  }
}

/** Returns the problem that a failure of the settings is to whoever asked for a flag; anything else is no failure. */
export function problemOf(error: unknown): unknown {
  if (!(error instanceof TenfoldError)) return error
  return new FlagProblem(CODES[error.code] ?? 'GENERAL', error.message, { cause: error })
}

const CODES: Partial<Record<TenfoldErrorCode, FlagProblemCode>> = {
  unknown_function: 'FLAG_NOT_FOUND',
  unknown_prompt: 'FLAG_NOT_FOUND',
  unknown_account: 'INVALID_CONTEXT',
  unknown_plan: 'INVALID_CONTEXT',
  invalid_option: 'INVALID_CONTEXT',
}
