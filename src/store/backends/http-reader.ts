import { setTimeout as sleep } from 'node:timers/promises'
import { StoreFailure, codeOf } from '../../base/failure.ts'
import { messageOf } from '../../base/describe-thrown.ts'
import type { StoreReader } from '../backend-types.ts'
import { type Ref, lengthOf, pathOf } from '../format/object-ref.ts'
import { MAX_HEAD_BYTES } from '../format/release-manifest.ts'
import { type Found, headIn, objectIn } from './check-found-object.ts'
import { baseOf } from './http/base-url.ts'
import { type CheckedHeaders, type StoreHeaders, headersFrom } from './http/headers.ts'
import type { Answer, HttpClient } from './http/http-client.ts'
import { proxyOf } from './http/proxy.ts'

/** The time for one request with its whole answer, and once more for each MiB of a long one; then it is given up on. */
export const TIMEOUT_MS = 10_000
/** One failed answer would fail a whole load, so each request is retried once or twice. */
const TRIES = 3
const MIB = 1 << 20
/** A server's status codes for an expired token. */
const DENIED: ReadonlySet<number> = new Set([401, 403])

export interface HttpOptions {
  /** Milliseconds for one request with its whole answer. */
  readonly timeoutMs?: number | undefined
  /** Returns the service's own headers; called for each poll, and once more when the server denies access. */
  readonly headers?: (() => StoreHeaders | Promise<StoreHeaders>) | undefined
  /** The environment that may name a proxy. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Reads a store behind `https://…`: any server of plain files, through the proxy that the environment names. */
export class HttpReader implements StoreReader {
  readonly url: string
  readonly #base: URL
  readonly #options: HttpOptions
  readonly #timeoutMs: number
  #client: Promise<HttpClient> | undefined
  #headers: Promise<CheckedHeaders> | undefined
  /** How messages describe the route to the server. */
  #way = ''
  readonly #waiting = new Set<AbortController>()
  /** Counts interruptions, so that no request from before one is retried. */
  #interrupted = 0
  /**
   * The server's last answer and its entity tag. Callers decide whether to use it: they get it again, and check it
   * again, as long as the server reports that nothing has changed.
   */
  #last: { readonly etag: string; readonly bytes: Buffer } | undefined

  /** @throws {StoreFailure} `unsupported` */
  constructor(url: string, options: HttpOptions = {}) {
    this.#base = baseOf(url)
    this.url = url
    this.#options = options
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  }

  async head(): Promise<Buffer> {
    const last = this.#last
    // Each poll asks for headers anew, since a token lasts for a limited time.
    this.#headers = undefined
    // No cache on the way may answer for the server: its stale answer would pass as current and delay every update.
    const headers = { 'cache-control': 'no-cache', ...(last !== undefined && { 'if-none-match': last.etag }) }
    const answer = await this.#get('head.json', MAX_HEAD_BYTES, headers)
    if (answer.status === 304 && last !== undefined) return last.bytes
    const bytes = headIn(this.#foundIn(answer, 'head.json'), this.url, 'it has no head.json')
    this.#last = answer.etag === '' ? undefined : { etag: answer.etag, bytes }
    return bytes
  }

  async read(ref: Ref): Promise<Buffer> {
    const answer = await this.#get(pathOf(ref), lengthOf(ref), {})
    return objectIn(this.#foundIn(answer, pathOf(ref)), this.url, ref)
  }

  interrupt(): void {
    this.#interrupted++
    for (const request of this.#waiting) request.abort()
    void this.#client?.then((client) => client.close()).catch(() => {})
  }

  #foundIn({ status, bytes }: Answer, path: string): Found {
    if (status === 404 || status === 410) return 'absent'
    if (status !== 200) throw this.#unreadable(path, `the server answered ${status}`)
    return bytes
  }

  /** Retries after a failure on the way or a server error, but not after any other answer. */
  async #get(path: string, most: number, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const begun = this.#interrupted
    for (let tried = 1; ; tried++) {
      try {
        const answer = await this.#ask(path, most, headers)
        if (tried === TRIES || (answer.status < 500 && answer.status !== 429)) return answer
      } catch (error) {
        if (error instanceof StoreFailure) throw error
        if (this.#interrupted === begun && tried === TRIES) throw this.#unreadable(path, wordsFor(error), error)
      }
      if (this.#interrupted === begun) await sleep(50 * 2 ** tried * (0.5 + Math.random()))
      if (this.#interrupted !== begun) throw this.#unreadable(path, 'the settings were closed')
    }
  }

  async #ask(path: string, most: number, headers: CheckedHeaders): Promise<Answer> {
    const request = new AbortController()
    const { signal } = request
    this.#waiting.add(request)
    const timeoutMs = this.#timeoutMs * (1 + Math.floor(most / MIB))
    const slow = (): void => {
      // The service's own headers may be what failed.
      this.#headers = undefined
      request.abort(new Error(`no whole answer within ${timeoutMs} ms`))
    }
    const timer = setTimeout(slow, timeoutMs)
    const givenUp = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    try {
      return await Promise.race([givenUp, this.#answer(path, most, headers, signal)])
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(request)
    }
  }

  async #answer(path: string, most: number, headers: CheckedHeaders, signal: AbortSignal): Promise<Answer> {
    const client = await (this.#client ??= this.#connect())
    for (let isAgain = false; ; isAgain = true) {
      const own = await this.#ownHeaders()
      const answer = await client.ask(new URL(path, this.#base), most, { ...own, ...headers }, signal)
      if (isAgain || own === undefined || !DENIED.has(answer.status)) return answer
      // Unless another request has already asked for new ones.
      if ((await this.#headers) === own) this.#headers = undefined
    }
  }

  /** Returns this poll's headers; after a failure, they are asked for again. */
  async #ownHeaders(): Promise<CheckedHeaders | undefined> {
    const { headers } = this.#options
    if (headers === undefined) return undefined
    const asked = (this.#headers ??= headersFrom(headers))
    try {
      return await asked
    } catch (error) {
      if (this.#headers === asked) this.#headers = undefined
      throw error
    }
  }

  async #connect(): Promise<HttpClient> {
    const proxy = proxyOf(this.#base, this.#options.env ?? process.env)
    if (proxy !== undefined) this.#way = `, through the proxy ${proxy.shown}`
    // Node's client takes a while to load, and a store in a folder does not need it.
    const { HttpClient: Client } = await import('./http/http-client.ts')
    return new Client(this.#base, proxy, this.#timeoutMs)
  }

  #unreadable(path: string, why: string, cause?: unknown): StoreFailure {
    const way = why.startsWith('the proxy ') ? '' : this.#way
    return new StoreFailure('unreadable', `cannot read ${path} of ${this.url}: ${why}${way}`, { cause })
  }
}

/** Returns the error's code if it is a single word. */
function wordsFor(error: unknown): string {
  const code = codeOf(error)
  return /^\d*$/.test(code) ? messageOf(error) : code
}
