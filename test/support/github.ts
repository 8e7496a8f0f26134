import { appendFileSync } from 'node:fs'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { type State, type Told, answer } from './github-state.ts'

/** What the server does with one request instead of answering it. */
export interface Trouble {
  /** In the request's method and path: `POST /repos/.*\/pulls`. */
  readonly at: RegExp
  /** How many requests; for ever if left out. */
  readonly times?: number
  /**
   * `expired`: 401. `forbidden`: 403, `integration` for a workflow's token. `limit` and `secondary`: the rate limits, with what their headers say. `lost`:
   * it is done, and the answer is a 502. A number: that status. `cut`: no answer.
   */
  readonly does: 'expired' | 'forbidden' | 'integration' | 'limit' | 'secondary' | 'lost' | 'cut' | number
  /** Seconds until the limit is lifted. */
  readonly seconds?: number
}

/** A line of a recording: what was asked, and what was answered. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  readonly status: number
  readonly answer: unknown
}

/** Names the file that every exchange is appended to, for test/conformance/github.ts. */
const RECORDING = 'TENFOLD_GITHUB_RECORDING'

/**
 * GitHub's API as far as we use it, with a state, over real HTTP. It answers under `/api`; as Gitea, under `/api/v1`,
 * where it tells its version too, and under nothing else.
 */
export class FakeGitHub {
  readonly exchanges: Exchange[] = []
  readonly #server: Server
  readonly #state: State
  readonly #prefix: string
  #troubles: { -readonly [K in keyof Trouble]: Trouble[K] }[] = []

  static async start(state: State, prefix: '/api' | '/api/v3' | '/api/v1' = '/api'): Promise<FakeGitHub> {
    const fake = new FakeGitHub(state, prefix)
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve))
    return fake
  }

  private constructor(state: State, prefix: string) {
    this.#state = state
    this.#prefix = prefix
    this.#server = createServer((request, response) => void this.#take(request, response))
  }

  get api(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}${this.#prefix}`
  }

  trouble(trouble: Trouble): void {
    this.#troubles.push({ ...trouble })
  }

  mend(): void {
    this.#troubles = []
  }

  /** `METHOD path` of what was asked and done, in order. */
  get asked(): string[] {
    return this.exchanges.map(({ method, path, status }) => `${method} ${path} ${status}`)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const url = new URL(request.url ?? '/', this.api)
    const method = request.method ?? ''
    if (this.#isElsewhere(url.pathname)) return notHere(response)
    const path = url.pathname.slice(this.#prefix.length)
    const query = Object.fromEntries(url.searchParams)
    const trouble = this.#troubles.find(({ at, times = 1 }) => times > 0 && at.test(`${method} ${path}`))
    if (trouble?.times !== undefined) trouble.times--
    if (trouble?.does === 'cut') return void request.socket.destroy()
    const token = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const isDone = trouble === undefined || trouble.does === 'lost'
    const isVersion = this.#prefix === '/api/v1' && path === '/version'
    const regular = isVersion
      ? VERSION
      : isDone
        ? await answer(this.#state, { method, path, query, body, token }, this.api)
        : undefined
    const told = regular === undefined ? inTrouble(trouble) : trouble === undefined ? regular : BAD_GATEWAY
    const headers: Record<string, string> = { ...USUAL, ...told.headers }
    this.#record({ method, path, query, headers: sent(request), body, status: told.status, answer: told.body })
    response.writeHead(told.status, headers)
    response.end(told.body === undefined ? '' : JSON.stringify(told.body))
  }

  #isElsewhere(path: string): boolean {
    return !path.startsWith(`${this.#prefix}/`)
  }

  #record(exchange: Exchange): void {
    this.exchanges.push(exchange)
    // What Gitea says is held to no description of GitHub's.
    const file = this.#prefix === '/api/v1' ? undefined : process.env[RECORDING]
    if (file !== undefined && file !== '') appendFileSync(file, `${JSON.stringify(exchange)}\n`)
  }
}

const USUAL = {
  'content-type': 'application/json; charset=utf-8',
  'x-ratelimit-limit': '5000',
  'x-ratelimit-remaining': '4999',
  'x-ratelimit-resource': 'core',
}
const VERSION: Told = { status: 200, body: { version: '1.26.0' } }
const BAD_GATEWAY: Told = { status: 502, body: { message: 'Server Error' } }

/** What a site shows for a page that it does not have. */
function notHere(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/html' })
  response.end('<!DOCTYPE html><title>Not found</title>')
}

/** The token itself is in no recording. */
function sent({ headers }: IncomingMessage): Record<string, string> {
  const { accept = '', 'user-agent': agent = '', 'content-type': type = '' } = headers
  return { accept, 'user-agent': agent, ...(type !== '' && { 'content-type': type }) }
}

function inTrouble(trouble: Trouble | undefined): Told {
  const { does, seconds = 0 } = trouble ?? { does: 500 }
  const reset = String(Math.floor(Date.now() / 1000) + seconds)
  const docs = 'https://docs.github.com/rest'
  if (does === 'expired') return { status: 401, body: { message: 'Bad credentials', documentation_url: docs } }
  if (does === 'forbidden' || does === 'integration') {
    const message = `Resource not accessible by ${does === 'integration' ? does : 'personal access token'}`
    return { status: 403, body: { message, documentation_url: docs, status: '403' } }
  }
  if (does === 'limit') {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
    return {
      status: 403,
      headers,
      body: { message: 'API rate limit exceeded for user ID 1.', documentation_url: docs },
    }
  }
  if (does === 'secondary') {
    const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
    return { status: 403, headers: { 'retry-after': String(seconds) }, body: { message, documentation_url: docs } }
  }
  return { status: typeof does === 'number' ? does : 500, body: { message: 'Server Error' } }
}
