import type { IncomingMessage } from 'node:http'

/** The longest form that is read, in bytes: prompts are long, and this is longer. */
const LONGEST_FORM = 1024 * 1024

export type ReadBody =
  | { readonly is: 'form'; readonly fields: URLSearchParams }
  | { readonly is: 'refused'; readonly status: 413 | 415; readonly why: 'size' | 'type' }

/** Reads a form, of the one type that forms have, up to a length; more than that is not even received. */
export async function readFormBody(request: IncomingMessage): Promise<ReadBody> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    return { is: 'refused', status: 415, why: 'type' }
  }
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes: unknown = chunk
    if (!(bytes instanceof Buffer)) continue
    length += bytes.length
    if (length > LONGEST_FORM) return { is: 'refused', status: 413, why: 'size' }
    chunks.push(bytes)
  }
  return { is: 'form', fields: new URLSearchParams(Buffer.concat(chunks).toString('utf8')) }
}
