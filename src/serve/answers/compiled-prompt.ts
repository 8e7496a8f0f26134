import { quote } from '../../base/quote-name.ts'
import { type FlagContext, kindOf, readFlagContext } from '../../flags/flag-context.ts'
import { evaluateQuestion, metadataOf } from '../../flags/evaluate-flag.ts'
import { FlagProblem } from '../../flags/flag-problem.ts'
import { TenfoldError } from '../../sdk/tenfold-error.ts'
import { isObject } from '../../store/format/decode-json.ts'
import { type FlagRequest, answerFrom, permitted } from './flag-request.ts'
import type { AnswerExchange } from './exchange.ts'

const MEMBERS = ['account', 'plan', 'variables']

/** Answers `POST /v1/prompt/TYPE/compile`: a prompt's text with values in the place of its variables. */
export function answerCompiledPrompt(
  exchange: AnswerExchange,
  type: string,
  asked: FlagRequest,
): Promise<void> | undefined {
  let context: FlagContext | undefined
  const { parts } = asked
  return answerFrom(
    exchange,
    parts,
    () => context?.account ?? '',
    (evaluation) => {
      const variables = variablesIn(asked.body)
      context ??= contextIn(asked)
      const { account, plan } = context
      const metadata = metadataOf(evaluateQuestion(evaluation, { is: 'prompt', type }, context))
      const text = compiled(() => {
        return evaluation.evaluator.compilePrompt(account, type, variables, plan === undefined ? undefined : { plan })
      })
      parts.metrics.answered(`prompts.${type}`, metadata.release)
      exchange.send(200, JSON.stringify({ prompt: type, text, metadata }))
    },
  )
}

function variablesIn(body: FlagRequest['body']): Readonly<Record<string, string>> {
  const { variables = {} } = body
  const unknown = Object.keys(body).find((name) => !MEMBERS.includes(name))
  // A plan that is misspelled would not count, and somebody meant it.
  if (unknown !== undefined) {
    throw new FlagProblem('INVALID_CONTEXT', `no member ${quote(unknown)}; there are ${MEMBERS.join(', ')}`)
  }
  if (!isObject(variables)) throw new FlagProblem('INVALID_CONTEXT', 'variables is no object')
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(variables)) {
    if (typeof value !== 'string') {
      throw new FlagProblem('INVALID_CONTEXT', `the variable ${quote(name)} is ${kindOf(value)}; it has to be a text`)
    }
    Object.defineProperty(texts, name, { value, enumerable: true })
  }
  return texts
}

function contextIn({ caller, body: { account, plan } }: FlagRequest): FlagContext {
  if (account === undefined || account === '') {
    throw new FlagProblem('TARGETING_KEY_MISSING', 'the body has no account: it is the id of the account')
  }
  return permitted(caller, readFlagContext({ targetingKey: account, ...(plan !== undefined && { plan }) }))
}

/** A variable that is missing, or that the prompt has not, is the caller's mistake. */
function compiled(compile: () => string): string {
  try {
    return compile()
  } catch (error) {
    const isTheirs = error instanceof TenfoldError && error.code.endsWith('_variable')
    throw isTheirs ? new FlagProblem('INVALID_CONTEXT', error.message, { cause: error }) : error
  }
}
