import { StoreFailure } from '../../base/failure.ts'
import type { StoreReader } from '../backend-types.ts'
import { type Ref, lengthOf, pathOf } from '../format/object-ref.ts'
import { MAX_HEAD_BYTES } from '../format/release-manifest.ts'
import { type Found, headIn, objectIn } from './check-found-object.ts'
import { baseOf } from './http/base-url.ts'
import { type CheckedHeaders, type StoreHeaders, headersFrom } from './http/headers.ts'
import type { Answer, HttpClient } from './http/http-client.ts'
import { Requests } from './http/requests.ts'

/** The time for one request with its whole answer, and once more for each MiB of a long one; then it is given up on. */
export const TIMEOUT_MS = 10_000
/** One failed answer would fail a whole load, so each request is retried once or twice. */
const TRIES = 3
/** A service that waits longer for a busy server polls again instead. */
const LONGEST_PAUSE_MS = 1_000
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
  readonly #requests: Requests
  #headers: Promise<CheckedHeaders> | undefined
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
    this.#requests = new Requests(this.#base, {
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      tries: TRIES,
      longestPauseMs: LONGEST_PAUSE_MS,
      env: options.env,
      failed: (path, why, cause) => {
        return new StoreFailure('unreadable', `cannot read ${path} of ${url}: ${why}`, { cause })
      },
    })
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
    this.#requests.interrupt()
  }

  #foundIn({ status, bytes }: Answer, path: string): Found {
    if (status === 404 || status === 410) return 'absent'
    if (status !== 200) throw this.#requests.failed(path, `the server answered ${status}`)
    return bytes
  }

  #get(path: string, most: number, headers: CheckedHeaders): Promise<Answer> {
    return this.#requests.send({
      what: path,
      length: most,
      ask: (client, signal) => this.#ask(client, path, most, headers, signal),
    })
  }

  async #ask(
    client: HttpClient,
    path: string,
    most: number,
    headers: CheckedHeaders,
    signal: AbortSignal,
  ): Promise<Answer> {
    // The service's own headers may be what took too long.
    signal.addEventListener('abort', () => (this.#headers = undefined))
    for (let isAgain = false; ; isAgain = true) {
      const own = await this.#ownHeaders()
      const answer = await client.ask(new URL(path, this.#base), { most, headers: { ...own, ...headers }, signal })
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
}
