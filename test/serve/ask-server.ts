import { appendFileSync } from 'node:fs'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { type AnswerServer, type ServedSettings, type ServerOptions, createServer } from '../../src/serve/index.ts'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  readonly json: ReturnType<typeof JSON.parse>
}

export interface AskOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const FLAGS = '/ofrep/v1/evaluate/flags'
/** Where a run writes every exchange, for the conformance script to hold to the protocol's description. */
const RECORDING = process.env['TENFOLD_OFREP_RECORDING']

/** A server on a port of its own, stopped when the test ends. */
export class TestServer {
  readonly server: AnswerServer
  readonly problems: Error[] = []
  host: string | undefined

  static async over(
    settings: ServedSettings | Promise<ServedSettings>,
    options: ServerOptions = {},
  ): Promise<TestServer> {
    const made = new TestServer(settings, options)
    await new Promise<void>((resolve) => made.server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => made.server.stop())
    return made
  }

  private constructor(settings: ServedSettings | Promise<ServedSettings>, options: ServerOptions) {
    this.server = createServer(settings, {
      graceMs: 1_000,
      onProblem: (error) => this.problems.push(error),
      ...options,
    })
  }

  get port(): number {
    const address = this.server.address()
    if (!isBound(address)) throw new Error('the server is not listening')
    return address.port
  }

  flag(key: string, context: unknown, options: AskOptions = {}): Promise<Answered> {
    return this.ask(`${FLAGS}/${key}`, { method: 'POST', body: { context }, ...options })
  }

  all(context: unknown, { query = '', ...options }: AskOptions & { readonly query?: string } = {}): Promise<Answered> {
    return this.ask(`${FLAGS}${query}`, { method: 'POST', body: { context }, ...options })
  }

  async ask(path: string, { method = 'GET', headers = {}, body }: AskOptions = {}): Promise<Answered> {
    const answered = await new Promise<Answered>((resolve, reject) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port: this.port,
          path,
          method,
          headers: { 'content-type': 'application/json', ...headers },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8')
            const isJson = String(response.headers['content-type']).startsWith('application/json') && text !== ''
            const json: unknown = isJson ? JSON.parse(text) : undefined
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json })
          })
        },
      )
      asked.on('error', reject)
      if (Buffer.isBuffer(body)) asked.end(body)
      else asked.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
    })
    if (RECORDING !== undefined && path.startsWith(FLAGS)) record(path, method, body, answered)
    return answered
  }
}

function isBound(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}

function record(path: string, method: string, body: unknown, { status, json, headers }: Answered): void {
  const url = new URL(path, 'http://x')
  const exchange = {
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    body: Buffer.isBuffer(body) || typeof body === 'string' ? undefined : body,
    status,
    answer: json,
    etag: headers['etag'],
  }
  appendFileSync(RECORDING ?? '', `${JSON.stringify(exchange)}\n`)
}

/** Reads an event stream until it has what is wanted, or ends; returns what came. */
export function listen(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): { readonly opened: Promise<number>; readonly until: (text: string) => Promise<string>; readonly close: () => void } {
  const stream = { text: '', isOver: false }
  let wake = (): void => {}
  const asked = request({ host: '127.0.0.1', port, path, headers })
  const opened = new Promise<number>((resolve, reject) => {
    asked.on('error', (error) => {
      stream.isOver = true
      wake()
      reject(error)
    })
    asked.on('response', (response) => {
      resolve(response.statusCode ?? 0)
      response.on('data', (chunk: Buffer) => {
        stream.text += chunk.toString('utf8')
        wake()
      })
      response.on('close', () => {
        stream.isOver = true
        wake()
      })
    })
  })
  opened.catch(() => {})
  asked.end()
  onTestFinished(() => void asked.destroy())
  return {
    opened,
    until: async (wanted) => {
      while (!stream.text.includes(wanted) && !stream.isOver) await new Promise<void>((resolve) => (wake = resolve))
      return stream.text
    },
    close: () => asked.destroy(),
  }
}
