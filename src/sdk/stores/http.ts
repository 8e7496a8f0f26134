import { setTimeout as sleep } from 'node:timers/promises'
import { type Ref, hexOf, lengthOf, matches, pathOf } from '../../bundle/object.ts'
import { MAX_HEAD_BYTES } from '../../bundle/release.ts'
import { TenfoldError, shown, textOf } from '../errors.ts'
import type { Store } from '../store.ts'
import { type Answer, ask } from './ask.ts'

/** One request, its answer and all of its body; a server that is slower is given up. */
export const TIMEOUT_MS = 10_000
/** Whole loads are lost with one answer, so each has another chance or two. */
const TRIES = 3
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** A store behind `https://…`: any server of plain files. */
export class HttpStore implements Store {
  readonly url: string
  readonly #base: URL
  readonly #timeoutMs: number
  readonly #waiting = new Set<AbortController>()
  /** Counts how often it was interrupted, so that nothing that began before is tried again. */
  #interrupted = 0
  /**
   * What the server sent last, and how it named it. Whether that is ever used is for others to say: they are given it
   * again, and judge it again, for as long as the server says that nothing changed.
   */
  #last: { readonly etag: string; readonly bytes: Buffer } | undefined

  /** @throws {TenfoldError} `unsupported_store` */
  constructor(url: string, timeoutMs = TIMEOUT_MS) {
    const base = parse(url)
    if (base === null) throw refused(url, 'this is no URL')
    if (base.username !== '' || base.password !== '') throw refused(url, 'keep credentials out of the URL')
    if (base.search !== '' || base.hash !== '') throw refused(url, 'a store’s URL has no query and no fragment')
    // Whoever reads the line reads the prompts; to this very machine there is no line.
    if (base.protocol !== 'https:' && !LOOPBACK.has(base.hostname)) throw refused(url, 'use https')
    if (!base.pathname.endsWith('/')) base.pathname += '/'
    this.url = url
    this.#base = base
    this.#timeoutMs = timeoutMs
  }

  async head(): Promise<Buffer> {
    const last = this.#last
    // No cache on the way may answer for the server: it would be believed, and hold everybody up.
    const headers = { 'cache-control': 'no-cache', ...(last !== undefined && { 'if-none-match': last.etag }) }
    const answer = await this.#get('head.json', MAX_HEAD_BYTES, headers)
    if (answer.status === 304 && last !== undefined) return last.bytes
    if (answer.status === 404 || answer.status === 410) {
      throw new TenfoldError('store_not_found', `there is no store at ${this.url}: it has no head.json`)
    }
    if (answer.status !== 200) throw this.#unreadable('head.json', `the server answered ${answer.status}`)
    if (answer.bytes === 'too-long') throw this.#damaged('its head.json is over 64 KiB')
    this.#last = answer.etag === '' ? undefined : { etag: answer.etag, bytes: answer.bytes }
    return answer.bytes
  }

  async object(ref: Ref): Promise<Buffer> {
    const answer = await this.#get(pathOf(ref), lengthOf(ref), {})
    if (answer.status === 404 || answer.status === 410) throw this.#damaged(`object ${hexOf(ref)} is missing`)
    if (answer.status !== 200) throw this.#unreadable(pathOf(ref), `the server answered ${answer.status}`)
    const { bytes } = answer
    if (bytes !== 'too-long' && matches(ref, bytes)) return bytes
    throw this.#damaged(`object ${hexOf(ref)} is not what its name says`)
  }

  interrupt(): void {
    this.#interrupted++
    for (const request of this.#waiting) request.abort()
  }

  /** Asks again after a failure on the way or an error of the server's, but not for what it did say. */
  async #get(path: string, most: number, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const begun = this.#interrupted
    for (let tried = 1; ; tried++) {
      try {
        const answer = await this.#ask(path, most, headers)
        if (tried === TRIES || (answer.status < 500 && answer.status !== 429)) return answer
      } catch (error) {
        if (error instanceof TenfoldError) throw error
        if (this.#interrupted === begun && tried === TRIES) throw this.#unreadable(path, wordsFor(error), error)
      }
      if (this.#interrupted === begun) await sleep(50 * 2 ** tried * (0.5 + Math.random()))
      if (this.#interrupted !== begun) throw this.#unreadable(path, 'the settings were closed')
    }
  }

  async #ask(path: string, most: number, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const request = new AbortController()
    this.#waiting.add(request)
    const slow = (): void => request.abort(new Error(`no whole answer within ${this.#timeoutMs} ms`))
    const timer = setTimeout(slow, this.#timeoutMs)
    try {
      return await ask(new URL(path, this.#base), most, headers, request.signal)
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(request)
    }
  }

  #damaged(why: string): TenfoldError {
    return new TenfoldError('store_damaged', `the store ${this.url} is damaged: ${why}`)
  }

  #unreadable(path: string, why: string, cause?: unknown): TenfoldError {
    return new TenfoldError('store_unreadable', `cannot read ${path} of ${this.url}: ${why}`, { cause })
  }
}

function parse(url: string): URL | null {
  try {
    return new URL(url)
  } catch {
    return null
  }
}

function refused(url: string, why: string): TenfoldError {
  return new TenfoldError('unsupported_store', `${shown(url)} cannot be a store: ${why}`)
}

/** `fetch failed` says nothing; its cause does. */
function wordsFor(error: unknown): string {
  if (!(error instanceof Error)) return textOf(error)
  const { cause } = error
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message
  return error.message
}
