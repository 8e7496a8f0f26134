import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'
import { StoreFailure } from '../../../base/failure.ts'
import { quote } from '../../../base/quote-name.ts'
import type { Proxy } from './proxy.ts'
import type { CheckedHeaders } from './headers.ts'
import { Tunnel } from './tunnel.ts'

/** A server's answer: either complete, or found to be larger than allowed. */
export interface Answer {
  readonly status: number
  /** Empty if the server sent none. */
  readonly etag: string
  readonly bytes: Buffer | 'unfit'
}

const REDIRECTS = 3

/**
 * Sends requests to one server with node's own client: it supports proxies, which `fetch` does not on every supported
 * node version, and returns bytes as they arrive, where `fetch` would decompress them.
 */
export class HttpClient {
  readonly #agent: PlainAgent

  constructor(base: URL, proxy: Proxy | undefined, timeoutMs: number) {
    if (proxy !== undefined) this.#agent = new Tunnel(proxy, timeoutMs)
    else if (base.protocol === 'https:') this.#agent = new SecureAgent({ keepAlive: true })
    else this.#agent = new PlainAgent({ keepAlive: true })
  }

  /**
   * Makes one request and returns its whole answer, of at most this many bytes, following redirects within the server.
   *
   * @throws {StoreFailure} when the server redirects elsewhere or compresses its answer; also throws any connection
   * error.
   */
  async ask(url: URL, most: number, headers: CheckedHeaders, signal: AbortSignal): Promise<Answer> {
    let at = url
    for (let followed = 0; ; followed++) {
      const response = await this.#request(at, headers, signal)
      const {
        statusCode: status = 0,
        headers: { location, etag = '' },
      } = response
      if (status < 300 || status >= 400 || status === 304 || location === undefined) {
        return { status, etag, bytes: await bodyOf(response, most, url) }
      }
      response.destroy()
      at = inside(url, location, at)
      if (followed === REDIRECTS) throw new StoreFailure('unreadable', `${url.href} leads in a circle`)
    }
  }

  /** Closes all connections. The next request opens new ones. */
  close(): void {
    this.#agent.destroy()
  }

  #request(url: URL, headers: CheckedHeaders, signal: AbortSignal): Promise<IncomingMessage> {
    const send = url.protocol === 'https:' ? secureRequest : plainRequest
    // Objects are compared with their digests as they arrive, so compressing them again gains nothing.
    const all = { 'user-agent': 'tenfold', accept: '*/*', ...headers, 'accept-encoding': 'identity' }
    return new Promise((resolve, reject) => {
      send(url, { agent: this.#agent, headers: all, signal }, resolve).on('error', reject).end()
    })
  }
}

function inside(store: URL, location: string, from: URL): URL {
  // A URL that is not followed is not shown either: it may contain a password or a token.
  const refused = (where: string): StoreFailure => {
    return new StoreFailure('unreadable', `${store.origin} leads ${where}`)
  }
  if (!URL.canParse(location, from.href)) throw refused('to what is no URL')
  const next = new URL(location, from)
  // A user name or a password in it would be sent, and shown by the error of a failed request.
  if (next.username !== '' || next.password !== '') throw refused('to a URL with a name or a password in it')
  if (next.protocol !== 'http:' && next.protocol !== 'https:') throw refused(`to a ${quote(next.protocol)} URL`)
  if (next.origin === store.origin) return next
  throw refused(`elsewhere, to ${quote(next.origin)}: name that store if it is meant`)
}

async function bodyOf(response: IncomingMessage, most: number, { href }: URL): Promise<Buffer | 'unfit'> {
  const {
    statusCode: status,
    headers: { 'content-encoding': packing = '' },
  } = response
  if (status !== 200) {
    // An answer without a body leaves its connection to the next request.
    if (status === 304) response.resume()
    else response.destroy()
    return Buffer.alloc(0)
  }
  // Objects are compared with their digests as they arrive, so a body that has to be decompressed first is refused.
  const label = packing.split(',').find((one) => PACKED.has(one.trim().toLowerCase()))
  if (label !== undefined) {
    response.destroy()
    const message = `cannot read ${href}: the server packs what it sends (${quote(label.trim())}) though it was asked not to`
    throw new StoreFailure('unreadable', message)
  }
  return bounded(response, most)
}

/**
 * The known content encodings. Upload tools write anything in their place (a charset, a media type, a transfer
 * encoding); digests and signatures detect whatever that does to the bytes.
 */
const PACKED: ReadonlySet<string> = new Set([
  'gzip',
  'x-gzip',
  'deflate',
  'compress',
  'x-compress',
  'br',
  'zstd',
  'dcb',
  'dcz',
])

/** Reads a body of at most this many bytes, counted as they arrive: a header that states the length proves nothing. */
async function bounded(body: AsyncIterable<Buffer>, most: number): Promise<Buffer | 'unfit'> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    // Leaving the loop ends the transfer.
    if (length > most) return 'unfit'
    chunks.push(chunk)
  }
  // Not from the shared pool: an object may stay in memory for as long as the service runs.
  const bytes = Buffer.allocUnsafeSlow(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
