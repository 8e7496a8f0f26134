import { type IncomingHttpHeaders, type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http'
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
  readonly headers: IncomingHttpHeaders
  /** Empty for an answer other than 200 whose text nobody asked for. */
  readonly bytes: Buffer | 'unfit'
}

/** One request to a server. */
export interface HttpRequest {
  readonly headers: CheckedHeaders
  readonly signal: AbortSignal
  /** The most bytes that the body of an answer may have. */
  readonly most: number
  readonly method?: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly body?: Uint8Array
  /** The most bytes that are read of what the server says in a refusal; by default none. */
  readonly mostOfRefusal?: number
  /** Whether a redirect is the answer, for a request that is signed for its own address; else it is followed within the server. */
  readonly followsNone?: boolean
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
   * Makes one request and returns its whole answer, of at most so many bytes, following redirects within the server.
   *
   * @throws {StoreFailure} when the server redirects elsewhere or compresses its answer; also throws any connection
   * error.
   */
  async ask(url: URL, request: HttpRequest): Promise<Answer> {
    let at = url
    for (let followed = 0; ; followed++) {
      const response = await this.#request(at, request)
      const { statusCode: status = 0, headers } = response
      const { location, etag = '' } = headers
      if (status < 300 || status >= 400 || status === 304 || location === undefined || request.followsNone === true) {
        return { status, etag, headers, bytes: await bodyOf(response, request, url) }
      }
      response.destroy()
      at = inside(url, location, at)
      if (followed === REDIRECTS) {
        throw new StoreFailure('unreadable', `${url.href} leads in a circle`, {
          help: 'correct the redirects of the server',
        })
      }
    }
  }

  /** Closes all connections. The next request opens new ones. */
  close(): void {
    this.#agent.destroy()
  }

  #request(url: URL, { method = 'GET', headers, body, signal }: HttpRequest): Promise<IncomingMessage> {
    const send = url.protocol === 'https:' ? secureRequest : plainRequest
    const all = {
      'user-agent': 'tenfold',
      accept: '*/*',
      ...headers,
      // Objects are compared with their digests as they arrive, so compressing them again gains nothing.
      'accept-encoding': 'identity',
      ...(body !== undefined && { 'content-length': String(body.length) }),
    }
    return new Promise((resolve, reject) => {
      send(url, { agent: this.#agent, method, headers: all, signal }, resolve).on('error', reject).end(body)
    })
  }
}

function inside(store: URL, location: string, from: URL): URL {
  // A URL that is not followed is not shown either: it may contain a password or a token.
  const refused = (where: string): StoreFailure => {
    return new StoreFailure('unreadable', `${store.origin} leads ${where}`, {
      help: 'name the store by the URL that has it, or correct the redirects of the server',
    })
  }
  if (!URL.canParse(location, from.href)) throw refused('to what is no URL')
  const next = new URL(location, from)
  // A user name or a password in it would be sent, and shown by the error of a failed request.
  if (next.username !== '' || next.password !== '') throw refused('to a URL with a name or a password in it')
  if (next.protocol !== 'http:' && next.protocol !== 'https:') throw refused(`to a ${quote(next.protocol)} URL`)
  if (next.origin === store.origin) return next
  throw refused(`elsewhere, to ${quote(next.origin)}: name that store if it is meant`)
}

async function bodyOf(
  response: IncomingMessage,
  { method, most, mostOfRefusal = 0 }: HttpRequest,
  { href }: URL,
): Promise<Buffer | 'unfit'> {
  const {
    statusCode: status = 0,
    headers: { 'content-encoding': packing = '' },
  } = response
  const isRefusal = status < 200 || status >= 300
  if (isRefusal || method === 'HEAD') {
    if (mostOfRefusal > 0) return bounded(response, mostOfRefusal)
    // An answer without a body leaves its connection to the next request.
    if (status === 304 || method === 'HEAD') response.resume()
    else response.destroy()
    return Buffer.alloc(0)
  }
  // Objects are compared with their digests as they arrive, so a body that has to be decompressed first is refused.
  const label = packing.split(',').find((one) => PACKED.has(one.trim().toLowerCase()))
  if (label !== undefined) {
    response.destroy()
    const message = `cannot read ${href}: the server packs what it sends (${quote(label.trim())}) though it was asked not to`
    throw new StoreFailure('unreadable', message, { help: 'switch compression off for the store on the server' })
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
