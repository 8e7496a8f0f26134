import { createHash } from 'node:crypto'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { onTestFinished } from 'vitest'

/** One request as it came. */
export interface RegistryRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

/** What a registry does instead of answering; undefined where it answers as ever. */
export type RegistryFault = (request: RegistryRequest, response: ServerResponse) => true | undefined

const REPOSITORY = '/v2/acme/settings/'

/** A container registry in memory: for what a real one cannot be made to do. Debian's is in test/conformance. */
export class RegistryServer {
  readonly blobs = new Map<string, Buffer>()
  readonly manifests = new Map<string, { readonly bytes: Buffer; readonly type: string }>()
  /** Tags, and the digests that they name. */
  readonly tags = new Map<string, string>()
  readonly requests: RegistryRequest[] = []
  fault: RegistryFault = () => undefined
  /** Whether a blob may come in one request. */
  takesWhole = false
  /** Whose token has to come along; undefined where anybody may ask. */
  token: string | undefined
  /** The origin that gives out tokens, as the registry names it. */
  realm: string | undefined
  /** Where blobs are; undefined where they are here. */
  blobsAt: ((digest: string) => string) | undefined
  readonly #server: Server

  static async start(): Promise<RegistryServer> {
    const server = new RegistryServer()
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => server.stop())
    return server
  }

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  get host(): string {
    const address = this.#server.address()
    return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  }

  url(environment = 'production'): string {
    return `oci:${this.host}/acme/settings:${environment}`
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  putBlob(bytes: Uint8Array, digest = digestOf(bytes)): void {
    this.blobs.set(digest, Buffer.from(bytes))
  }

  putManifest(tag: string, bytes: Buffer, type = 'application/vnd.oci.image.manifest.v1+json'): void {
    this.manifests.set(digestOf(bytes), { bytes, type })
    this.tags.set(tag, digestOf(bytes))
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
    const body = Buffer.concat(chunks)
    const { method = '', headers } = incoming
    const url = new URL(incoming.url ?? '', `http://${this.host}`)
    const request: RegistryRequest = { method, path: url.pathname + url.search, headers }
    this.requests.push(request)
    if (this.fault(request, response) === true) return
    if (url.pathname === '/token') return void json(response, 200, { token: this.token ?? '' })
    if (this.token !== undefined && headers.authorization !== `Bearer ${this.token}`) {
      const realm = this.realm ?? `http://${this.host}/token`
      response.setHeader('www-authenticate', `Bearer realm="${realm}",service="here",scope="x"`)
      return void json(response, 401, { errors: [{ code: 'UNAUTHORIZED' }] })
    }
    const path = url.pathname.startsWith(REPOSITORY) ? url.pathname.slice(REPOSITORY.length) : ''
    if (path.startsWith('manifests/')) this.#manifest(method, path.slice('manifests/'.length), headers, body, response)
    else if (path === 'blobs/uploads/' && method === 'POST') this.#begin(url, body, response)
    else if (path.startsWith('blobs/uploads/') && method === 'PUT') this.#finish(url, body, response)
    else if (path.startsWith('blobs/')) this.#blob(method, path.slice('blobs/'.length), response)
    else json(response, 404, { errors: [{ code: 'NAME_UNKNOWN' }] })
  }

  #manifest(
    method: string,
    reference: string,
    headers: IncomingMessage['headers'],
    body: Buffer,
    response: ServerResponse,
  ): void {
    if (method === 'PUT') {
      const digest = digestOf(body)
      this.manifests.set(digest, { bytes: body, type: headers['content-type'] ?? '' })
      if (!reference.startsWith('sha256:')) this.tags.set(reference, digest)
      return void response.writeHead(201, { 'docker-content-digest': digest }).end()
    }
    const digest = reference.startsWith('sha256:') ? reference : (this.tags.get(reference) ?? '')
    const found = this.manifests.get(digest)
    if (found === undefined) return void json(response, 404, { errors: [{ code: 'MANIFEST_UNKNOWN' }] })
    const etag = `"${digest}"`
    if (headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end()
    response.writeHead(200, { etag, 'content-type': found.type, 'docker-content-digest': digest }).end(found.bytes)
  }

  #begin(url: URL, body: Buffer, response: ServerResponse): void {
    const digest = url.searchParams.get('digest')
    if (this.takesWhole && digest !== null) {
      this.putBlob(body, digest)
      return void response.writeHead(201).end()
    }
    response.writeHead(202, { location: `${REPOSITORY}blobs/uploads/one?state=x` }).end()
  }

  #finish(url: URL, body: Buffer, response: ServerResponse): void {
    const digest = url.searchParams.get('digest') ?? ''
    if (digest !== digestOf(body)) return void json(response, 400, { errors: [{ code: 'DIGEST_INVALID' }] })
    this.putBlob(body, digest)
    response.writeHead(201).end()
  }

  #blob(method: string, digest: string, response: ServerResponse): void {
    const bytes = this.blobs.get(digest)
    if (bytes === undefined) return void json(response, 404, { errors: [{ code: 'BLOB_UNKNOWN' }] })
    if (this.blobsAt !== undefined) return void response.writeHead(307, { location: this.blobsAt(digest) }).end()
    response.writeHead(200, { 'content-length': bytes.length }).end(method === 'HEAD' ? undefined : bytes)
  }
}

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
