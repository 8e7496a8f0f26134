import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TenfoldError } from '../../sdk/tenfold-error.ts'

/** Where event streams are. */
export const EVENTS = '/v1/events'

const EXPOSED = 'ETag, Retry-After'
const METHODS = 'GET, POST, OPTIONS'
const ASKED_HEADERS = 'Authorization, Content-Type, If-None-Match, Last-Event-ID, X-API-Key, traceparent, tracestate'
const PREFLIGHT_SECONDS = '600'
/** When to ask again while there is no release. */
const RETRY_SECONDS = '1'

/** Writes an error as OFREP has it: `errorDetails` always, since some clients cannot do without. */
export function problem(errorCode: string, errorDetails: string, key?: string): string {
  return JSON.stringify({ ...(key !== undefined && { key }), errorCode, errorDetails })
}

/** The path of all flags; one is below it, by its key. */
export const FLAGS = '/ofrep/v1/evaluate/flags'

/** A request with its one answer. */
export class AnswerExchange {
  readonly request: IncomingMessage
  readonly path: string
  readonly query: string
  readonly began = performance.now()
  /** For the metrics: which kind of request it is. */
  route = 'other'
  caller = 'nobody'
  status = 0
  readonly #response: ServerResponse
  readonly #headers: Record<string, string> = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  readonly #sent: (exchange: AnswerExchange) => void

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    { path, query }: { readonly path: string; readonly query: string },
    sent: (exchange: AnswerExchange) => void,
  ) {
    this.request = request
    this.path = path
    this.query = query
    this.#response = response
    this.#sent = sent
  }

  header(name: string, value: string): void {
    this.#headers[name] = value
  }

  /** Lets a page of this origin read the answer. */
  allow(origin: string): void {
    this.header('access-control-allow-origin', origin)
    this.header('access-control-expose-headers', EXPOSED)
    this.header('vary', 'Origin')
  }

  /** Ends the connection with the answer. */
  close(): void {
    this.header('connection', 'close')
  }

  /** The key of the one flag that is asked for, decoded; undefined for any other path. */
  get flag(): string | undefined {
    if (!this.path.startsWith(`${FLAGS}/`) || this.path.length === FLAGS.length + 1) return undefined
    const rest = this.path.slice(FLAGS.length + 1)
    try {
      return rest.includes('%') ? decodeURIComponent(rest) : rest
    } catch {
      return rest
    }
  }

  send(status: number, body: string, type = 'application/json; charset=utf-8'): void {
    // A client that went away meanwhile, or an answer after a failure in the middle of one.
    if (this.status !== 0) return
    this.status = status
    this.header('content-type', type)
    this.header('content-length', String(Buffer.byteLength(body)))
    this.#sent(this)
    this.#response.writeHead(status, this.#headers).end(this.request.method === 'HEAD' ? undefined : body)
  }

  /** Says that what the client has is what there is. */
  sendUnchanged(): void {
    this.status = 304
    this.#sent(this)
    this.#response.writeHead(304, this.#headers).end()
  }

  /** Says that it can be asked again soon, and why in words for callers: where the store is, is for the log alone. */
  sendUnready(why: string | TenfoldError = 'there is no release to answer from yet'): void {
    this.header('retry-after', RETRY_SECONDS)
    this.send(503, problem('GENERAL', typeof why === 'string' ? why : wordsOf(why), this.flag))
  }

  refuseMethod(allow: string): void {
    this.header('allow', allow)
    this.send(405, problem('GENERAL', `this path takes ${allow}`, this.flag))
  }

  preflight(): void {
    if (this.request.headers.origin === undefined) return this.refuseMethod('GET, POST')
    this.header('access-control-allow-methods', METHODS)
    this.header('access-control-allow-headers', ASKED_HEADERS)
    this.header('access-control-max-age', PREFLIGHT_SECONDS)
    this.status = 204
    this.#sent(this)
    this.#response.writeHead(204, this.#headers).end()
  }

  /** Hands the response over to whoever keeps it open. */
  stream(open: (response: ServerResponse, headers: Readonly<Record<string, string>>) => void): void {
    this.status = 200
    this.#sent(this)
    open(this.#response, this.#headers)
  }
}

function wordsOf({ code, message }: TenfoldError): string {
  return code.startsWith('store_') ? 'the store cannot be read now' : message
}
