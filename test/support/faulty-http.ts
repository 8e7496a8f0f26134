import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'

export interface Asked {
  readonly path: string
  readonly ifNoneMatch: string | undefined
  readonly status: number
  /** Bytes of the body that was sent. */
  readonly bytes: number
  readonly headers: IncomingMessage['headers']
}

interface Reply {
  readonly path: string
  readonly response: ServerResponse
  /** What an honest server would send. */
  readonly bytes: Buffer
}

/** What a server does instead of answering. */
export type Fault = (reply: Reply) => void

const ZEROS = Buffer.alloc(65_536)
/** Not kept: git starts more slowly from a process that is large. */
const manyZeros = (): Buffer => Buffer.alloc(64 * 1024 * 1024)
let gzipBomb: Buffer | undefined
let brotliBomb: Buffer | undefined

export const status =
  (code: number): Fault =>
  ({ response }) =>
    response.writeHead(code).end('<html>no</html>')
export const encoded =
  (encoding: string, pack: (bytes: Buffer) => Buffer): Fault =>
  ({ response, bytes }) => {
    response.writeHead(200, { 'content-encoding': encoding }).end(pack(bytes))
  }
export const redirect =
  (location: (path: string) => string): Fault =>
  ({ response, path }) => {
    response.writeHead(302, { location: location(path) }).end()
  }

/** That nothing changed, whether or not it was asked. */
export const unchanged: Fault = ({ response }) => response.writeHead(304).end()

/** Faults after which nothing of the answer can be used, by name. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  truncates: ({ response, bytes }) => {
    response.writeHead(200, { 'content-length': bytes.length })
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
  },
  'ends early': ({ response, bytes }) => response.writeHead(200).end(bytes.subarray(0, bytes.length >> 1)),
  'stalls in the middle': ({ response, bytes }) => {
    response.writeHead(200, { 'content-length': bytes.length })
    response.write(bytes.subarray(0, 1))
  },
  'says nothing': () => {},
  'says that it is longer': ({ response, bytes }) => {
    response.writeHead(200, { 'content-length': bytes.length + 10 })
    response.write(bytes, () => response.destroy())
  },
  'says that it is shorter': ({ response, bytes }) => {
    response.writeHead(200, { 'content-length': bytes.length - 10 })
    response.end(bytes.subarray(0, -10))
  },
  'adds bytes': ({ response, bytes }) => response.writeHead(200).end(Buffer.concat([bytes, Buffer.of(10)])),
  'never ends': ({ response }) => {
    response.writeHead(200)
    const pour = (): void => {
      while (!response.destroyed && response.write(ZEROS));
    }
    response.on('drain', pour)
    pour()
  },
  'sends a gzip bomb': encoded('gzip', () => (gzipBomb ??= gzipSync(manyZeros()))),
  'sends a brotli bomb': encoded(
    'br',
    () => (brotliBomb ??= brotliCompressSync(manyZeros(), { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })),
  ),
  'packs what it sends': encoded('gzip', (bytes) => gzipSync(bytes)),
  resets: ({ response }) => response.socket?.resetAndDestroy(),
  'is no web server': ({ response }) => response.socket?.end('220 mail\r\n'),
  'leads in a circle': redirect((path) => path),
  'leads to nonsense': redirect(() => 'http://['),
  'says 206': ({ response, bytes }) => response.writeHead(206).end(bytes),
  ...Object.fromEntries([401, 403, 404, 410, 429, 500, 502, 503].map((code) => [`says ${code}`, status(code)])),
}

/** A web server on this machine over a folder of files, that does something else whenever a test wants it to. */
export class FaultyServer {
  readonly folder: string
  asked: Asked[] = []
  /** Chosen for each request; undefined answers it honestly. */
  fault: (path: string) => Fault | undefined = () => undefined
  /** Whom it answers at all, and what it says to others. */
  guard: (headers: IncomingMessage['headers']) => boolean = () => true
  denial = 401
  /** How it names what it sends; undefined sends no ETag. */
  etag: (bytes: Buffer) => string | undefined = (bytes) => `"${createHash('sha1').update(bytes).digest('hex')}"`
  port = 0
  /** Connections that are open. */
  readonly sockets = new Set<Socket>()

  constructor(folder: string) {
    this.folder = folder
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** With TLS where there is a certificate. */
  async listen(secure?: { readonly key: string; readonly cert: string }): Promise<this> {
    const answer = (request: IncomingMessage, response: ServerResponse): void => this.#answer(request, response)
    const server = secure === undefined ? createServer(answer) : createSecureServer(secure, answer)
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    this.port = typeof address === 'object' && address !== null ? address.port : 0
    onTestFinished(async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    })
    return this
  }

  /** Requests since the last time that this was asked. */
  take(): Asked[] {
    return this.asked.splice(0)
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/'
    const { headers } = request
    const ifNoneMatch = headers['if-none-match']
    const note = (code: number, bytes: number): void => {
      this.asked.push({ path, ifNoneMatch, status: code, bytes, headers })
    }
    const hops = /^\/hops-(\d)\//.exec(path)
    if (hops !== null && hops[1] !== '0') {
      note(302, 0)
      response.writeHead(302, { location: path.replace(hops[0], `/hops-${Number(hops[1]) - 1}/`) }).end()
      return
    }
    if (!this.guard(headers)) {
      note(this.denial, 0)
      response.writeHead(this.denial).end()
      return
    }
    const bytes = this.#file(path.replace(/^\/hops-0/, ''))
    const fault = this.fault(path)
    if (fault !== undefined) {
      note(0, 0)
      response.on('error', () => {})
      return fault({ path, response, bytes: bytes ?? Buffer.of() })
    }
    if (bytes === undefined) {
      note(404, 0)
      response.writeHead(404).end()
      return
    }
    const etag = this.etag(bytes)
    if (etag !== undefined) response.setHeader('etag', etag)
    const isSame = etag !== undefined && ifNoneMatch === etag
    note(isSame ? 304 : 200, isSame ? 0 : bytes.length)
    response.writeHead(isSame ? 304 : 200).end(isSame ? undefined : bytes)
  }

  #file(path: string): Buffer | undefined {
    try {
      return readFileSync(join(this.folder, path))
    } catch {
      return undefined
    }
  }
}
