import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { isObject } from '../../store/format/decode-json.ts'

const MAX_BODY_BYTES = 65_536

export type RequestBody =
  | { readonly is: 'object'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly is: 'refused'; readonly status: 400 | 413; readonly why: string }

const TOO_LARGE: RequestBody = { is: 'refused', status: 413, why: 'the body is over 64 KiB' }

/**
 * Reads a body as a JSON object. By events, since awaiting each chunk costs more than all else of a request.
 *
 * @param done called once, unless the client goes away.
 */
export function readRequestBody(request: IncomingMessage, done: (body: RequestBody) => void): void {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return done(TOO_LARGE)
  const chunks: Buffer[] = []
  let size = 0
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
    // The rest is not read: the connection ends with the answer.
    else if (size - chunk.length <= MAX_BODY_BYTES) done(TOO_LARGE)
  })
  request.on('end', () => {
    if (size <= MAX_BODY_BYTES) done(parsed(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size)))
  })
}

function parsed(bytes: Buffer = Buffer.alloc(0)): RequestBody {
  let value: unknown
  try {
    // Bytes that are no UTF-8 would be replaced.
    value = isUtf8(bytes) ? JSON.parse(bytes.toString('utf8')) : undefined
  } catch {
    value = undefined
  }
  if (value === undefined) {
    return { is: 'refused', status: 400, why: 'the body is not JSON' }
  }
  return isObject(value)
    ? { is: 'object', value }
    : { is: 'refused', status: 400, why: 'the body is not a JSON object' }
}
