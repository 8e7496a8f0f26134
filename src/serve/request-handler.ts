import type { IncomingMessage, ServerResponse } from 'node:http'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { TenfoldError } from '../sdk/tenfold-error.ts'
import type { Caller, Gate, Knock, NotAdmitted } from './access/gate.ts'
import { FLAGS, EVENTS, AnswerExchange, problem } from './answers/exchange.ts'
import { answerAllFlags } from './answers/all-flags.ts'
import { answerCompiledPrompt } from './answers/compiled-prompt.ts'
import { answerOneFlag } from './answers/one-flag.ts'
import { readRequestBody } from './answers/read-request-body.ts'
import type { EventStreams } from './event-streams.ts'
import type { Metrics } from './metrics.ts'
import type { PresentSettings } from './present-settings.ts'
import { tagOf } from './release-tag.ts'
import type { SharedLook } from './shared-look.ts'

/** A request that was answered, for a log: no query, since it may hold a ticket, and no header. */
export interface AccessEntry {
  /** RFC 3339 in UTC. */
  readonly time: string
  readonly method: string
  readonly path: string
  readonly status: number
  /** Milliseconds from the request to its answer. */
  readonly ms: number
  /** `loopback`, `backend` with the beginning of its token's digest, or `account` with its id. */
  readonly caller: string
  readonly remote: string
}

export interface HandlerParts {
  readonly gate: Gate
  readonly streams: EventStreams
  readonly metrics: Metrics
  readonly present: PresentSettings
  readonly look: SharedLook
  readonly limiter: RateLimiterMemory | undefined
  readonly onAccess: ((entry: AccessEntry) => void) | undefined
  readonly onProblem: (error: Error) => void
}

const PATHS = `POST ${FLAGS}[/KEY], POST /v1/prompt/TYPE/compile, GET ${EVENTS}, /healthz, /readyz and /metrics`
const COMPILE = /^\/v1\/prompt\/([^/]+)\/compile$/

/** Takes each request to what answers it. Who asks is judged before anything of the request but its head is read. */
export class RequestHandler {
  isStopping = false
  readonly #parts: HandlerParts

  constructor(parts: HandlerParts) {
    this.#parts = parts
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { url = '/', method = 'GET' } = request
    const cut = url.indexOf('?')
    const path = cut < 0 ? url : url.slice(0, cut)
    const query = cut < 0 ? '' : url.slice(cut + 1)
    const exchange = new AnswerExchange(request, response, { path, query }, (sent) => this.#sent(sent))
    try {
      this.#route(exchange, method)
    } catch (error) {
      this.#failed(exchange, error)
    }
  }

  #route(exchange: AnswerExchange, method: string): void {
    const { gate } = this.#parts
    const { request, path } = exchange
    const knock: Knock = { headers: request.headers, hosts: hostsIn(request.rawHeaders) }
    const refusal = gate.refuse(knock)
    if (refusal !== undefined) return exchange.send(refusal.status, problem('GENERAL', refusal.why))
    const { origin } = request.headers
    if (origin !== undefined) exchange.allow(origin)
    if (method === 'OPTIONS') return exchange.preflight()
    if (path === '/healthz') return this.#get(exchange, method, () => exchange.send(200, '{"alive":true}'))
    if (path === '/readyz') return this.#get(exchange, method, () => this.#ready(exchange))
    // Its ticket is all that an event stream of a browser can bring.
    const isStream = path === EVENTS
    const asked = isStream ? new URLSearchParams(exchange.query) : undefined
    const ticket = asked?.get('ticket') ?? undefined
    const caller = isStream ? gate.admitToStream(knock, ticket) : gate.admit(knock)
    if ('status' in caller) return this.#refuse(exchange, caller)
    exchange.caller = nameOf(caller)
    this.#limited(exchange, () => {
      if (asked === undefined) return this.#answer(exchange, method, caller)
      exchange.route = 'events'
      if (method !== 'GET') return exchange.refuseMethod('GET')
      this.#events(exchange, caller, gate.streamPass(knock, ticket), asked.get('since'))
    })
  }

  #refuse(exchange: AnswerExchange, { status, why }: NotAdmitted): void {
    if (status === 503) return exchange.sendUnready(why)
    if (status === 401) exchange.header('www-authenticate', 'Bearer realm="tenfold"')
    exchange.send(status, problem('GENERAL', why, exchange.flag))
  }

  #answer(exchange: AnswerExchange, method: string, caller: Caller): void {
    const { path } = exchange
    if (path === '/metrics') return this.#get(exchange, method, () => this.#metrics(exchange, caller))
    const isBulk = path === FLAGS || path === `${FLAGS}/`
    const key = isBulk ? undefined : exchange.flag
    const type = COMPILE.exec(path)?.[1]
    if (!isBulk && key === undefined && type === undefined) {
      return exchange.send(404, problem('GENERAL', `there is nothing at this path; there is ${PATHS}`))
    }
    exchange.route = isBulk ? 'bulk' : key === undefined ? 'compile' : 'flag'
    if (method !== 'POST') return exchange.refuseMethod('POST')
    readRequestBody(exchange.request, (body) => {
      if (body.is === 'refused') {
        if (body.status === 413) exchange.close()
        return exchange.send(body.status, problem('PARSE_ERROR', body.why, key))
      }
      const asked = { caller, body: body.value, parts: this.#parts }
      const answered =
        key !== undefined
          ? answerOneFlag(exchange, key, asked)
          : isBulk
            ? answerAllFlags(exchange, asked)
            : answerCompiledPrompt(exchange, decoded(type ?? ''), asked)
      answered?.catch((error: unknown) => this.#failed(exchange, error))
    })
  }

  #limited(exchange: AnswerExchange, go: () => void): void {
    const { limiter } = this.#parts
    if (limiter === undefined) return go()
    limiter.consume(exchange.caller).then(
      () => this.#guarded(exchange, go),
      (refused: unknown) => {
        if (!(refused instanceof RateLimiterRes)) return this.#failed(exchange, refused)
        exchange.header('retry-after', String(Math.max(1, Math.ceil(refused.msBeforeNext / 1_000))))
        exchange.send(429, problem('GENERAL', 'too many requests: ask again later', exchange.flag))
      },
    )
  }

  #guarded(exchange: AnswerExchange, go: () => void): void {
    try {
      go()
    } catch (error) {
      this.#failed(exchange, error)
    }
  }

  #get(exchange: AnswerExchange, method: string, go: () => void): void {
    if (method === 'GET' || method === 'HEAD') go()
    else exchange.refuseMethod('GET, HEAD')
  }

  #ready(exchange: AnswerExchange): void {
    const status = this.#parts.present.settings?.status
    const isReady = status !== undefined && status.state !== 'expired' && !this.isStopping
    const state = this.isStopping ? 'stopping' : (status?.state ?? 'starting')
    exchange.send(isReady ? 200 : 503, JSON.stringify({ state, seq: status?.seq ?? null }))
  }

  #metrics(exchange: AnswerExchange, caller: Caller): void {
    const { metrics } = this.#parts
    if (caller.is !== 'backend') return exchange.send(403, problem('GENERAL', 'an account may not read the metrics'))
    metrics.text().then(
      (text) => exchange.send(200, text, metrics.contentType),
      (error: unknown) => this.#failed(exchange, error),
    )
  }

  #events(exchange: AnswerExchange, caller: Caller, isAllowed: () => boolean, since: string | null): void {
    const { streams, present } = this.#parts
    const evaluation = present.evaluation()
    if (evaluation === undefined || this.isStopping) return exchange.sendUnready()
    const account = caller.is === 'account' ? caller.account : undefined
    if (streams.isFullFor(account)) return exchange.sendUnready('as many event streams as may be are open')
    const tag = tagOf(evaluation)
    // A release may have come between the answers and the stream, and between two streams.
    const known = exchange.request.headers['last-event-id'] ?? since
    const missed = known === null || known === tag ? undefined : { tag, since: present.since }
    exchange.stream((response, headers) => streams.open({ response, account, isAllowed }, headers, missed))
  }

  #failed(exchange: AnswerExchange, error: unknown): void {
    // The store's own failures are events, and told there.
    const isStores = error instanceof TenfoldError
    if (!isStores) this.#parts.onProblem(error instanceof Error ? error : new Error(String(error)))
    if (isStores) exchange.sendUnready(error)
    else exchange.send(500, problem('GENERAL', 'this server failed, and its log says how'))
  }

  /** Called with an answer before its head is written. */
  #sent(exchange: AnswerExchange): void {
    if (this.isStopping) exchange.close()

    const { metrics, onAccess } = this.#parts
    const { request, path, route, status, caller } = exchange
    const ms = performance.now() - exchange.began
    metrics.requested(route, status, ms)
    onAccess?.({
      time: new Date().toISOString(),
      method: request.method ?? '',
      path,
      status,
      ms: Math.round(ms * 1_000) / 1_000,
      caller,
      remote: request.socket.remoteAddress ?? '',
    })
  }
}

function nameOf(caller: Caller): string {
  if (caller.is === 'account') return `account ${caller.account}`
  return caller.name === 'loopback' ? caller.name : `backend ${caller.name}`
}

function hostsIn(rawHeaders: readonly string[]): number {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts
}

/** A path may have escapes that mean nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
