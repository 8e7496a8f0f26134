import { setTimeout as sleep } from 'node:timers/promises'
import { StoreFailure, codeOf } from '../../../base/failure.ts'
import { messageOf } from '../../../base/describe-thrown.ts'
import type { Answer, HttpClient } from './http-client.ts'
import { proxyOf } from './proxy.ts'

/** How one server is asked. */
export interface RequestOptions {
  /** Milliseconds for one request with its whole answer, and once more for each MiB of a long one. */
  readonly timeoutMs: number
  /** How often a request is made that fails on the way. */
  readonly tries: number
  /** The longest pause between two tries, in milliseconds, that a server may ask for with `Retry-After`. */
  readonly longestPauseMs: number
  /** The environment that may name a proxy. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Builds the failure of a request. */
  readonly failed: (what: string, why: string, cause?: unknown) => StoreFailure
}

/** One request, made once or several times. */
export interface Exchange {
  /** What is read or written, for messages. */
  readonly what: string
  /** The bytes of the answer or of the body, whichever is longer: a long one has more time. */
  readonly length: number
  /** Makes the request once. */
  readonly ask: (client: HttpClient, signal: AbortSignal) => Promise<Answer>
  /** Whether it must not be made again after a failure on the way, since the server may have done what it asks. */
  readonly isOnce?: boolean
}

const MIB = 1 << 20
/** A timer of more ends at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Sends requests to one server: through the environment's proxy, each within its time, and again where that may help. */
export class Requests {
  readonly #base: URL
  readonly #options: RequestOptions
  #client: Promise<HttpClient> | undefined
  /** How messages describe the route to the server. */
  #way = ''
  readonly #waiting = new Set<AbortController>()
  /** Counts interruptions, so that no request from before one is retried. */
  #interrupted = 0

  constructor(base: URL, options: RequestOptions) {
    this.#base = base
    this.#options = options
  }

  /**
   * Returns the server's answer. After a failure on the way, a server error or 429 it asks again; any other answer is
   * final. @throws {StoreFailure}
   */
  async send(exchange: Exchange): Promise<Answer> {
    const { tries } = this.#options
    const begun = this.#interrupted
    for (let tried = 1; ; tried++) {
      let pauseMs = 0
      try {
        const answer = await this.#try(exchange)
        const isFinal = answer.status < 500 && answer.status !== 429
        if (isFinal || tried === tries || exchange.isOnce === true) return answer
        pauseMs = this.#askedPause(answer)
      } catch (error) {
        if (error instanceof StoreFailure) throw error
        const isOver = tried === tries || exchange.isOnce === true
        if (this.#interrupted === begun && isOver) throw this.failed(exchange.what, wordsFor(error), error)
      }
      const ownMs = Math.min(50 * 2 ** tried, 5_000) * (0.5 + Math.random())
      if (this.#interrupted === begun) await sleep(Math.max(pauseMs, ownMs))
      if (this.#interrupted !== begun) throw this.failed(exchange.what, 'the settings were closed')
    }
  }

  /** Builds the failure of a request, with the route to the server. */
  failed(what: string, why: string, cause?: unknown): StoreFailure {
    return this.#options.failed(what, why.startsWith('the proxy ') ? why : why + this.#way, cause)
  }

  /** Aborts pending requests. Later ones are answered again. */
  interrupt(): void {
    this.#interrupted++
    for (const request of this.#waiting) request.abort()
    void this.#client?.then((client) => client.close()).catch(() => {})
  }

  #askedPause({ headers }: Answer): number {
    const seconds = Number(headers['retry-after'] ?? 0)
    return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds * 1000), this.#options.longestPauseMs) : 0
  }

  async #try({ length, ask }: Exchange): Promise<Answer> {
    const request = new AbortController()
    const { signal } = request
    this.#waiting.add(request)
    const timeoutMs = Math.min(this.#options.timeoutMs * (1 + Math.floor(length / MIB)), LONGEST_TIMER_MS)
    const timer = setTimeout(() => request.abort(new TimedOut(timeoutMs)), timeoutMs)
    const givenUp = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    try {
      const client = await Promise.race([givenUp, (this.#client ??= this.#connect())])
      return await Promise.race([givenUp, ask(client, signal)])
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(request)
    }
  }

  async #connect(): Promise<HttpClient> {
    const proxy = proxyOf(this.#base, this.#options.env ?? process.env)
    if (proxy !== undefined) this.#way = `, through the proxy ${proxy.shown}`
    // Node's client takes a while to load, and a store in a folder does not need it.
    const { HttpClient: Client } = await import('./http-client.ts')
    return new Client(this.#base, proxy, Math.min(this.#options.timeoutMs, LONGEST_TIMER_MS))
  }
}

/** A request that took too long. */
class TimedOut extends Error {
  constructor(timeoutMs: number) {
    super(`no whole answer within ${timeoutMs} ms`)
  }
}

/** Returns the error's code if it is a single word. */
function wordsFor(error: unknown): string {
  const code = codeOf(error)
  return /^\d*$/.test(code) ? messageOf(error) : code
}
