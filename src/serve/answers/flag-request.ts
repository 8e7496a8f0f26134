import { type FlagContext, readFlagContext } from '../../flags/flag-context.ts'
import { FlagProblem, type FlagProblemCode } from '../../flags/flag-problem.ts'
import type { Evaluation } from '../../sdk/evaluation.ts'
import { TenfoldError } from '../../sdk/tenfold-error.ts'
import { isObject } from '../../store/format/decode-json.ts'
import type { Caller, Gate } from '../access/gate.ts'
import type { Metrics } from '../metrics.ts'
import type { PresentSettings } from '../present-settings.ts'
import type { SharedLook } from '../shared-look.ts'
import { type AnswerExchange, problem } from './exchange.ts'

/** A question with who asks it. */
export interface FlagRequest {
  readonly caller: Caller
  readonly body: Readonly<Record<string, unknown>>
  readonly parts: {
    readonly gate: Gate
    readonly present: PresentSettings
    readonly metrics: Metrics
    readonly look: SharedLook
  }
}

/** A question that the one who asks may not ask. */
class Forbidden extends Error {
  override readonly name = 'Forbidden'
}

const STATUS: Readonly<Record<FlagProblemCode, number>> = {
  FLAG_NOT_FOUND: 404,
  TARGETING_KEY_MISSING: 400,
  INVALID_CONTEXT: 400,
  GENERAL: 500,
}

/** Reads the context of a question. @throws {FlagProblem} @throws {Forbidden} */
export function contextOf({ caller, body: { context } }: FlagRequest): FlagContext {
  if (context !== undefined && !isObject(context)) throw new FlagProblem('INVALID_CONTEXT', 'the context is no object')
  return permitted(caller, readFlagContext(context ?? {}))
}

/** An account asks for itself, and under the plan that its token names, if that names one. @throws {Forbidden} */
export function permitted(caller: Caller, context: FlagContext): FlagContext {
  if (caller.is === 'backend') return context
  if (context.account !== caller.account) throw new Forbidden('the token is for another account')
  if (caller.plan === undefined) return context
  if (context.plan !== undefined && context.plan !== caller.plan) throw new Forbidden('the token is for another plan')
  return { account: context.account, plan: caller.plan }
}

/**
 * Answers from the current release; in lazy mode, once the account is read.
 *
 * @param write answers, or throws.
 */
export function answerFrom(
  exchange: AnswerExchange,
  { present }: FlagRequest['parts'],
  account: () => string,
  write: (evaluation: Evaluation) => void,
  key?: string,
): Promise<void> | undefined {
  const evaluation = present.evaluation()
  const { settings } = present
  if (evaluation === undefined || settings === undefined) {
    exchange.sendUnready()
    return undefined
  }
  try {
    write(evaluation)
    return undefined
  } catch (error) {
    if (!isNotLoaded(error)) {
      refuse(exchange, error, key)
      return undefined
    }
  }
  return settings.account(account()).then(
    () => {
      try {
        write(present.evaluation() ?? evaluation)
      } catch (error) {
        refuse(exchange, error, key)
      }
    },
    (error: unknown) => refuse(exchange, error, key),
  )
}

/** Sends what is wrong with a question; throws on what is wrong with us. */
function refuse(exchange: AnswerExchange, error: unknown, key: string | undefined): void {
  if (error instanceof Forbidden) return exchange.send(403, problem('GENERAL', error.message, key))
  if (error instanceof FlagProblem && error.code !== 'GENERAL') {
    return exchange.send(STATUS[error.code], problem(error.code, error.message, key))
  }
  const cause = error instanceof FlagProblem ? error.cause : error
  // What the store does not give now it may give later.
  if (cause instanceof TenfoldError) return exchange.sendUnready(cause)
  throw error
}

function isNotLoaded(error: unknown): boolean {
  return (
    error instanceof FlagProblem && error.cause instanceof TenfoldError && error.cause.code === 'account_not_loaded'
  )
}
