import { request } from 'node:http'
import { onTestFinished } from 'vitest'
import { serveConsole } from '../../src/console/serve-console.tsx'
import type { ServedStore } from '../../src/console/workspace/open-workspace.ts'

interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
}

export interface OpenedConsole {
  /** The address that is printed. */
  readonly address: string
  readonly origin: string
  /** What signs in: the name with its value. */
  readonly cookie: string
  /** What went wrong in us. */
  readonly bugs: readonly string[]
  /** Asks as the browser that opened the address. */
  get(path: string): Promise<Answered>
  /** Sends a form as the browser that opened the address, and goes where it is led. */
  post(path: string, fields: Fields): Promise<Answered & { readonly path: string }>
  /** Asks as anybody. */
  ask(path: string, options?: AskOptions): Promise<Answered>
}

/** The fields of a form, as they are written; several of one name are possible. */
type Fields = Readonly<Record<string, string>> | URLSearchParams

interface AskOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

interface OpenOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly readOnly?: boolean
  /** What the store serves, or what reading it does. */
  readonly release?: ServedStore | (() => Promise<ServedStore | undefined>)
}

/** Serves the console for a folder's configuration, and signs in. */
export async function openConsole(
  config: string,
  { readOnly = false, release, env = {} }: OpenOptions = {},
): Promise<OpenedConsole> {
  const bugs: string[] = []
  const running = await serveConsole({
    config,
    port: 0,
    readOnly,
    fingerprint: 'test',
    env: { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.org', ...env },
    release: typeof release === 'function' ? release : () => Promise.resolve(release),
    onBug: (text) => bugs.push(text),
  })
  onTestFinished(() => running.close())
  const { origin } = new URL(running.address)
  const ask: OpenedConsole['ask'] = (path, { method = 'GET', headers = {}, body } = {}) => {
    return new Promise((resolve, reject) => {
      const asked = request(new URL(path, origin), { method, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (more: string) => (text += more))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      })
      asked.on('error', reject).end(body)
    })
  }
  const { headers } = await ask(new URL(running.address).pathname + new URL(running.address).search)
  const [cookie = ''] = String(headers['set-cookie']).split(';')
  const get: OpenedConsole['get'] = (path) => ask(path, { headers: { cookie } })
  const post: OpenedConsole['post'] = async (path, fields) => {
    const sent = { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' }
    const body = new URLSearchParams(fields).toString()
    const answered = await ask(path, { method: 'POST', headers: sent, body })
    const to = answered.headers['location']
    if (typeof to !== 'string') return { ...answered, path }
    return { ...(await get(to)), path: to }
  }
  return { address: running.address, origin, cookie, bugs, ask, get, post }
}
