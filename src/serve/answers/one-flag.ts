import { type FlagContext } from '../../flags/flag-context.ts'
import { answerFlag } from './answer-json.ts'
import { type FlagRequest, answerFrom, contextOf } from './flag-request.ts'
import type { AnswerExchange } from './exchange.ts'

/** Answers `POST /ofrep/v1/evaluate/flags/KEY`. */
export function answerOneFlag(exchange: AnswerExchange, key: string, asked: FlagRequest): Promise<void> | undefined {
  let context: FlagContext | undefined
  const { parts } = asked
  return answerFrom(
    exchange,
    parts,
    () => context?.account ?? '',
    (evaluation) => {
      context ??= contextOf(asked)
      const answer = answerFlag(evaluation, key, context)
      parts.metrics.answered(answer.key, answer.release)
      exchange.send(200, answer.text)
    },
    key,
  )
}
