import { createHash } from 'node:crypto'
import type { FlagContext } from '../../flags/flag-context.ts'
import type { Evaluation } from '../../sdk/evaluation.ts'
import { isBeyond, parseTag, tagOf } from '../release-tag.ts'
import { answerAll } from './answer-json.ts'
import { type FlagRequest, answerFrom, contextOf } from './flag-request.ts'
import { EVENTS, type AnswerExchange } from './exchange.ts'

/** After this long without somebody at it, a page should close its stream. */
const INACTIVITY_SECONDS = 120

/**
 * Answers `POST /ofrep/v1/evaluate/flags`: every flag of an account. The ETag is a digest of what the account gets, and
 * of the ticket of its event stream, so that a release which changes nothing for it is answered with 304, and a ticket
 * that is about to end is replaced. It is weak, since the number of the release is in the answer, and not in the digest.
 */
export async function answerAllFlags(exchange: AnswerExchange, asked: FlagRequest): Promise<void> {
  const { parts } = asked
  const isFresh = await lookAsTold(exchange, asked)
  let context: FlagContext | undefined
  await answerFrom(
    exchange,
    parts,
    () => context?.account ?? '',
    (evaluation) => {
      context ??= contextOf(asked)
      send(exchange, asked, evaluation, context, isFresh)
    },
  )
}

function send(
  exchange: AnswerExchange,
  { caller, parts }: FlagRequest,
  evaluation: Evaluation,
  context: FlagContext,
  isFresh: boolean,
): void {
  const answers = answerAll(evaluation, context)
  const { environment, seq, commit } = evaluation
  const metadata = {
    version: String(seq),
    flagSetId: environment,
    contextId: context.account,
    ...(commit !== null && { commit }),
  }
  const flags = `"flags":[${answers.map(({ text }) => text).join(',')}]`
  const ticket = parts.gate.ticketFor(caller, context.account)
  const etag = etagOf([...answers.map(({ what }) => what), context.account, environment, ticket ?? ''])
  exchange.header('etag', `W/${etag}`)
  if (!isFresh && named(exchange.request.headers['if-none-match']).includes(etag)) return exchange.sendUnchanged()
  for (const { key, release } of answers) parts.metrics.answered(key, release)
  // Whoever opens the stream says what these answers are of.
  const since = `${EVENTS}?since=${tagOf(evaluation)}`
  const requestUri = ticket === undefined ? since : `${since}&ticket=${ticket}`
  const streams = [{ type: 'sse', endpoint: { requestUri }, inactivityDelaySec: INACTIVITY_SECONDS }]
  exchange.send(200, `{${flags},"metadata":${JSON.stringify(metadata)},"eventStreams":${JSON.stringify(streams)}}`)
}

/**
 * Looks at the store where the client was told of a release that is not here yet: it may have been told by another
 * server. Returns whether what it has is known to be another release's, so that it gets all again.
 */
async function lookAsTold(exchange: AnswerExchange, { parts: { present, look } }: FlagRequest): Promise<boolean> {
  const told = exchange.query === '' ? null : new URLSearchParams(exchange.query).get('flagConfigEtag')
  const tag = told === null ? undefined : parseTag(told)
  const evaluation = present.evaluation()
  if (tag === undefined || evaluation === undefined) return false
  if (isBeyond(tag, evaluation)) await look.wait()
  return told !== tagOf(evaluation)
}

function etagOf(parts: readonly string[]): string {
  return `"${createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 27)}"`
}

/** Returns the tags of an `If-None-Match`; a weak one counts as well. */
function named(header: string | undefined): readonly string[] {
  return (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
}
