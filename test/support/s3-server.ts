import { createHash } from 'node:crypto'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { onTestFinished } from 'vitest'

/** One request as it came. */
export interface S3Request {
  readonly method: string
  /** The key, below the bucket. */
  readonly key: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** What a server does instead of answering; undefined where it answers as ever. */
export type S3Fault = (request: S3Request, response: ServerResponse) => true | undefined

export const KEY = { AWS_ACCESS_KEY_ID: 'an-id', AWS_SECRET_ACCESS_KEY: 'a-secret' }

/** Refuses as S3 does. */
export function refuse(response: ServerResponse, status: number, code: string, more = ''): true {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>no</Message>${more}</Error>`)
  return true
}

/**
 * A bucket in memory that knows conditional writes: for what a real server cannot be made to do. Signatures are not
 * verified here; moto and versitygw do that, in test/conformance/delivery.ts.
 */
export class S3Server {
  readonly objects = new Map<string, { bytes: Buffer; date: number; headers: Readonly<Record<string, string>> }>()
  readonly requests: S3Request[] = []
  fault: S3Fault = () => undefined
  /** Whether it ignores `If-Match` and `If-None-Match`, as many such servers do. */
  ignoresConditions = false
  now: () => number = Date.now
  readonly #server: Server

  static async start(): Promise<S3Server> {
    const server = new S3Server()
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => server.stop())
    return server
  }

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  get endpoint(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  }

  url(prefix = 'prod'): string {
    return `s3:settings/${prefix}?endpoint=${this.endpoint}`
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  /** Puts bytes at a key, by other means than ours. */
  put(key: string, bytes: Uint8Array, date = this.now()): void {
    this.objects.set(key, { bytes: Buffer.from(bytes), date, headers: {} })
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
    const url = new URL(incoming.url ?? '', this.endpoint)
    const { method = '', headers } = incoming
    const key = decodeURIComponent(url.pathname.replace(/^\/settings\/?/, ''))
    const request: S3Request = { method, key, query: url.searchParams, headers, body: Buffer.concat(chunks) }
    this.requests.push(request)
    if (this.fault(request, response) === true) return
    if (!url.pathname.startsWith('/settings')) return void refuse(response, 404, 'NoSuchBucket')
    if (!(headers.authorization ?? '').startsWith('AWS4-HMAC-SHA256 Credential=an-id/')) {
      return void refuse(response, 403, 'AccessDenied')
    }
    if (method === 'GET' && key === '') this.#list(request, response)
    else if (method === 'GET') this.#get(request, response)
    else if (method === 'PUT') this.#put(request, response)
    else if (method === 'POST' && request.query.has('delete')) this.#delete(request, response)
    else refuse(response, 501, 'NotImplemented')
  }

  #get({ key, headers }: S3Request, response: ServerResponse): void {
    const found = this.objects.get(key)
    if (found === undefined) return void refuse(response, 404, 'NoSuchKey')
    const etag = etagOf(found.bytes)
    if (headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end()
    response.writeHead(200, { ...found.headers, etag }).end(found.bytes)
  }

  #put({ key, headers, body }: S3Request, response: ServerResponse): void {
    const found = this.objects.get(key)
    const [match, none] = [headers['if-match'], headers['if-none-match']]
    if (!this.ignoresConditions) {
      if (match !== undefined && found === undefined) return void refuse(response, 404, 'NoSuchKey')
      const isStale = match !== undefined && found !== undefined && etagOf(found.bytes) !== match
      if (isStale || (none === '*' && found !== undefined)) return void refuse(response, 412, 'PreconditionFailed')
    }
    const kept = Object.fromEntries(
      ['cache-control', 'content-type'].map((name) => [name, String(headers[name] ?? '')]),
    )
    this.objects.set(key, { bytes: body, date: this.now(), headers: kept })
    response.writeHead(200, { etag: etagOf(body) }).end()
  }

  #list({ query }: S3Request, response: ServerResponse): void {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(query.get('prefix') ?? '')).sort()
    const after = query.get('continuation-token') ?? ''
    const rest = keys.filter((key) => key > after)
    const page = rest.slice(0, PAGE)
    const contents = page.map((key) => {
      const { bytes, date } = this.objects.get(key) ?? { bytes: Buffer.alloc(0), date: 0 }
      const modified = new Date(date).toISOString()
      return `<Contents><Key>${key}</Key><LastModified>${modified}</LastModified><Size>${bytes.length}</Size></Contents>`
    })
    const isCut = rest.length > page.length
    const next = isCut ? `<NextContinuationToken>${page.at(-1) ?? ''}</NextContinuationToken>` : ''
    const list = `<IsTruncated>${isCut}</IsTruncated>${next}${contents.join('')}`
    response.writeHead(200).end(`<?xml version="1.0"?><ListBucketResult>${list}</ListBucketResult>`)
  }

  #delete({ body, headers }: S3Request, response: ServerResponse): void {
    if (headers['content-md5'] !== createHash('md5').update(body).digest('base64')) {
      return void refuse(response, 400, 'InvalidDigest')
    }
    for (const [, key = ''] of body.toString('utf8').matchAll(/<Key>([^<]*)<\/Key>/g)) this.objects.delete(key)
    response.writeHead(200).end('<DeleteResult></DeleteResult>')
  }
}

/** Small, so that a listing has several pages. */
const PAGE = 7

function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`
}
