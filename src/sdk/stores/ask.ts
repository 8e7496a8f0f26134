import { TenfoldError, quote } from '../errors.ts'

/** What a server said: all of it, or that it was more than was asked for. */
export interface Answer {
  readonly status: number
  /** Empty where the server gave none. */
  readonly etag: string
  readonly bytes: Buffer | 'too-long'
}

const REDIRECTS = 3

/**
 * One request and its whole answer, of at most so many bytes, following redirects within the server.
 *
 * @throws {TenfoldError} when the server leads elsewhere or packs what it sends; whatever `fetch` throws otherwise.
 */
export async function ask(
  url: URL,
  most: number,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  // Objects are compared with their digests as they are: nothing is gained by packing them again.
  const init = { headers: { 'accept-encoding': 'identity', ...headers }, redirect: 'manual', signal } as const
  let at = url
  for (let followed = 0; ; followed++) {
    const response = await fetch(at, init)
    const location = response.headers.get('location')
    const { status } = response
    if (status < 300 || status >= 400 || status === 304 || location === null) {
      return { status, etag: response.headers.get('etag') ?? '', bytes: await bodyOf(response, most, url) }
    }
    await response.body?.cancel()
    at = inside(url, new URL(location, at))
    if (followed === REDIRECTS) throw new TenfoldError('store_unreadable', `${url.href} leads in a circle`)
  }
}

function inside({ origin }: URL, next: URL): URL {
  // A name or a password in it would be sent, and shown by the error of a request that failed.
  if (next.origin === origin && next.username === '' && next.password === '') return next
  const message = `${origin} leads elsewhere, to ${quote(next.origin)}: name that store if it is meant`
  throw new TenfoldError('store_unreadable', message)
}

async function bodyOf(response: Response, most: number, { href }: URL): Promise<Buffer | 'too-long'> {
  if (response.status !== 200) {
    await response.body?.cancel()
    return Buffer.alloc(0)
  }
  const packing = response.headers.get('content-encoding') ?? 'identity'
  // Objects are compared with their digests as they come: whatever would have to be unpacked first is not looked at.
  if (packing.toLowerCase() !== 'identity') {
    await response.body?.cancel()
    const message = `cannot read ${href}: the server packs what it sends (${quote(packing)}) though it was asked not to`
    throw new TenfoldError('store_unreadable', message)
  }
  return bounded(response, most)
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
  // Not from the shared pool: an object may stay in memory for as long as the service runs.
  const bytes = Buffer.allocUnsafeSlow(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
