import { setTimeout as sleep } from 'node:timers/promises'
import { type Ref, hexOf, lengthOf, matches, pathOf } from '../../bundle/object.ts'
import { MAX_HEAD_BYTES } from '../../bundle/release.ts'
import { TenfoldError, quote } from '../errors.ts'
import type { Store } from '../store.ts'

/** One request, its answer and all of its body; a server that sends nothing for as long is given up. */
const TIMEOUT_MS = 10_000
/** Whole loads are lost with one answer, so each has another chance or two. */
const TRIES = 3
const REDIRECTS = 3
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** A store behind `https://…`: any server of plain files. */
export class HttpStore implements Store {
  readonly url: string
  readonly #base: URL
  /** What the server sent last, and how it named it: whether that is ever used is for others to say. */
  #last: { readonly etag: string; readonly bytes: Buffer } | undefined

  /** @throws {TenfoldError} `unsupported_store` */
  constructor(url: string) {
    const base = parse(url)
    if (base === null || base.search !== '' || base.hash !== '') throw refused(url, 'a store’s URL has no query and no fragment')
    if (base.username !== '' || base.password !== '') throw refused(`${base.protocol}//…@${base.host}`, 'keep credentials out of the URL')
    // Whoever reads the line reads the prompts; to this very machine there is no line.
    if (base.protocol !== 'https:' && !LOOPBACK.has(base.hostname)) throw refused(url, 'use https')
    if (!base.pathname.endsWith('/')) base.pathname += '/'
    this.url = url
    this.#base = base
  }

  async head(): Promise<Buffer> {
    const last = this.#last
    const answer = await this.#get('head.json', MAX_HEAD_BYTES, last === undefined ? {} : { 'if-none-match': last.etag })
    if (answer.status === 304 && last !== undefined) return last.bytes
    if (answer.status === 404 || answer.status === 410) {
      throw new TenfoldError('store_not_found', `there is no store at ${this.url}: it has no head.json`)
    }
    if (answer.status !== 200) throw this.#unreadable('head.json', `the server answered ${answer.status}`)
    if (answer.bytes === 'too-long') throw this.#damaged('its head.json is over 64 KiB')
    this.#last = answer.etag === null ? undefined : { etag: answer.etag, bytes: answer.bytes }
    return answer.bytes
  }

  async object(ref: Ref): Promise<Buffer> {
    const answer = await this.#get(pathOf(ref), lengthOf(ref), {})
    if (answer.status === 404 || answer.status === 410) throw this.#damaged(`object ${hexOf(ref)} is missing`)
    if (answer.status !== 200) throw this.#unreadable(pathOf(ref), `the server answered ${answer.status}`)
    if (answer.bytes === 'too-long' || !matches(ref, answer.bytes)) throw this.#damaged(`object ${hexOf(ref)} is not what its name says`)
    return answer.bytes
  }

  /** Asks again after a failure on the way or an error of the server's, but not for what it did say. */
  async #get(path: string, most: number, headers: Record<string, string>): Promise<Answer> {
    for (let tried = 1; ; tried++) {
      try {
        const answer = await ask(new URL(path, this.#base), most, headers)
        if (tried === TRIES || (answer.status < 500 && answer.status !== 429)) return answer
      } catch (error) {
        if (error instanceof TenfoldError) throw error
        if (tried === TRIES) throw this.#unreadable(path, wordsFor(error), error)
      }
      await sleep(50 * 2 ** tried * (0.5 + Math.random()))
    }
  }

  #damaged(why: string): TenfoldError {
    return new TenfoldError('store_damaged', `the store ${this.url} is damaged: ${why}`)
  }

  #unreadable(path: string, why: string, cause?: unknown): TenfoldError {
    return new TenfoldError('store_unreadable', `cannot read ${path} of ${this.url}: ${why}`, { cause })
  }
}

interface Answer {
  readonly status: number
  readonly etag: string | null
  readonly bytes: Buffer | 'too-long'
}

async function ask(url: URL, most: number, headers: Record<string, string>): Promise<Answer> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  let at = url
  for (let followed = 0; ; followed++) {
    const response = await fetch(at, {
      // Objects are compared with their digests as they are: nothing is gained by packing them again.
      headers: { 'accept-encoding': 'identity', ...headers }, redirect: 'manual', signal,
    })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || response.status === 304 || location === null) {
      const bytes = response.status === 200 ? await bounded(response, most) : Buffer.alloc(0)
      if (response.status !== 200) await response.body?.cancel()
      return { status: response.status, etag: response.headers.get('etag'), bytes }
    }
    await response.body?.cancel()
    const next = new URL(location, at)
    if (next.origin !== url.origin) {
      throw new TenfoldError('store_unreadable', `${url.origin} leads elsewhere, to ${quote(next.origin)}: name that store if it is meant`)
    }
    if (followed === REDIRECTS) throw new TenfoldError('store_unreadable', `${url.href} leads in a circle`)
    at = next
  }
}

/** A body of at most so many bytes, counted as they come: what a header says of them proves nothing. */
async function bounded({ body }: Response, most: number): Promise<Buffer | 'too-long'> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    // Leaving the loop ends the transfer.
    if (length > most) return 'too-long'
    chunks.push(chunk)
  }
  const bytes = Buffer.allocUnsafeSlow(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

function parse(url: string): URL | null {
  try {
    return new URL(url)
  } catch {
    return null
  }
}

function refused(url: string, why: string): TenfoldError {
  return new TenfoldError('unsupported_store', `${quote(url)} cannot be a store: ${why}`)
}

/** `fetch failed` says nothing; its cause does. */
function wordsFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no whole answer within ${TIMEOUT_MS / 1000} s`
  const { cause } = error
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message
  return error.message
}
