import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { git } from './run.ts'

/** What the server does with one request instead of answering it. */
export interface Fault {
  /** In the request's method and URL; `git-receive-pack$` is where a push sends its objects. */
  readonly at: RegExp
  /** How many requests; for ever if left out. */
  readonly times?: number
  /** A status, or the connection is cut: `before` git has seen the request, or `after` it has done what it says. */
  readonly does: number | 'before' | 'after'
}

/** A real git server over HTTP with Basic authentication: `git http-backend` behind node's own server. */
export class GitServer {
  readonly root = mkdtempSync(join(tmpdir(), 'tenfold-git-'))
  /** Users, their passwords, and whether they may push. */
  readonly users = new Map([
    ['writer', { password: 's3cret', push: true }],
    ['reader', { password: 's3cret', push: false }],
  ])
  readonly requests: string[] = []
  readonly #server: Server
  #faults: { -readonly [K in keyof Fault]: Fault[K] }[] = []

  static async start(): Promise<GitServer> {
    const server = new GitServer()
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response))
  }

  /** A bare repository; gives its folder. */
  async repository(name: string): Promise<string> {
    const folder = join(this.root, name)
    mkdirSync(folder, { recursive: true })
    await git(folder, 'init', '-q', '--bare', '-b', 'main')
    return folder
  }

  url(name: string, user = 'writer', password = this.users.get(user)?.password ?? ''): string {
    const address = this.#server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const who = user === '' ? '' : `${user}:${password}@`
    return `http://${who}127.0.0.1:${port}/${name}`
  }

  fault(fault: Fault): void {
    this.#faults.push({ ...fault })
  }

  mend(): void {
    this.#faults = []
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    rmSync(this.root, { recursive: true, force: true })
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const line = `${request.method ?? ''} ${request.url ?? ''}`
    this.requests.push(line)
    const fault = this.#faults.find(({ at, times = 1 }) => times > 0 && at.test(line))
    if (fault?.times !== undefined) fault.times--
    if (typeof fault?.does === 'number') return refuse(response, fault.does)
    if (fault?.does === 'before') {
      // In the middle of what it sends.
      request.once('data', () => request.socket.destroy())
      request.once('end', () => request.socket.destroy())
      return
    }
    const [name = '', password] = credentials(request)
    const user = this.users.get(name)
    if (user === undefined || user.password !== password) {
      response.setHeader('www-authenticate', 'Basic realm="git"')
      return refuse(response, 401)
    }
    if (line.includes('git-receive-pack') && !user.push) return refuse(response, 403)
    this.#run(request, response, name, fault?.does === 'after')
  }

  #run(request: IncomingMessage, response: ServerResponse, user: string, cut: boolean): void {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        GIT_PROJECT_ROOT: this.root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method ?? '',
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        REMOTE_USER: user,
        REMOTE_ADDR: '127.0.0.1',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        ...(request.headers['content-length'] !== undefined && { CONTENT_LENGTH: request.headers['content-length'] }),
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    child.stdin.on('error', () => {})
    request.pipe(child.stdin)
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('close', () => {
      if (cut) return void request.socket.destroy()
      const all = Buffer.concat(chunks)
      const end = all.indexOf('\r\n\r\n')
      for (const header of all.toString('latin1', 0, end).split('\r\n')) {
        const [name = '', value = ''] = header.split(/: (.*)/s)
        if (name === 'Status') response.statusCode = Number(value.slice(0, 3))
        else if (name !== '') response.setHeader(name, value)
      }
      response.end(all.subarray(end + 4))
    })
  }
}

function refuse(response: ServerResponse, status: number): void {
  response.statusCode = status
  response.end(`${status}\n`)
}

function credentials(request: IncomingMessage): string[] {
  const [scheme, encoded = ''] = (request.headers.authorization ?? '').split(' ')
  if (scheme !== 'Basic') return []
  return Buffer.from(encoded, 'base64').toString('utf8').split(/:(.*)/s)
}
