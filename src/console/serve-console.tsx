import { readFileSync } from 'node:fs'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { join } from 'node:path'
import { render } from 'preact-render-to-string'
import { Failure } from '../base/failure.ts'
import { PROGRAM } from '../base/program-folder.ts'
import { may } from './access.ts'
import { Guard, type RefusedBy, SECURITY_HEADERS } from './guard.ts'
import type { Page, Route } from './page.ts'
import { Frame } from './parts/frame.tsx'
import { Note } from './parts/tables.tsx'
import { ROUTES } from './routes.ts'
import { shownText } from './parts/shown.ts'
import { WORDS } from './words.ts'
import { Workspace, type WorkspaceOptions } from './workspace/open-workspace.ts'

export interface ConsoleOptions extends WorkspaceOptions {
  /** The configuration's folder. */
  readonly config: string
  /** 0 for any that is free. */
  readonly port: number
  readonly readOnly: boolean
  /** Called with a failure of ours, as text. */
  readonly onBug?: (text: string) => void
}

export interface RunningConsole {
  /** The address to open, good once. */
  readonly address: string
  readonly close: () => Promise<void>
}

/** Serves the console on loopback. @throws {Failure} where the port is taken. */
export async function serveConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const workspace = new Workspace(options.config, options)
  const server = createServer()
  const port = await listen(server, options.port)
  const guard = new Guard({ port, readOnly: options.readOnly })
  server.on('request', (request, response) => {
    answer(request, response, guard, workspace).catch((error: unknown) => {
      options.onBug?.(error instanceof Error ? (error.stack ?? error.message) : String(error))
      if (!response.headersSent) sendPage(response, messagePage(500, WORDS.failed), '/', '')
    })
  })
  return {
    address: guard.address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const help = 'name another with --port, or leave it out for one that is free'
      reject(new Failure('world', `port ${wanted} cannot be used`, help, { cause: error }))
    })
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : wanted)
    })
  })
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  guard: Guard,
  workspace: Workspace,
): Promise<void> {
  const { method = 'GET', url: asked = '/', headers } = request
  const url = new URL(asked, `http://${guard.host}`)
  const verdict = guard.admit({ method, url: asked, headers })
  // Nothing of a body is read that is not wanted.
  request.resume()
  if (verdict.is === 'refused') return refuse(response, verdict.status, verdict.why)
  if (verdict.is === 'exchanged') {
    response.writeHead(303, { ...SECURITY_HEADERS, location: verdict.location, 'set-cookie': verdict.cookie }).end()
    return undefined
  }
  const asset = ASSETS.get(url.pathname)
  if (asset !== undefined) return sendAsset(response, asset)
  const found = routeOf(url.pathname)
  const who = { is: 'staff' } as const
  if (found === undefined || !may(who, 'read', found.route.subject(found.params))) {
    return sendPage(response, messagePage(404, WORDS.notFound), url.pathname, '')
  }
  const page = await pageOf(() => found.route.page({ workspace, who, url, params: found.params }))
  return sendPage(response, page, url.pathname, url.searchParams.get('q') ?? '')
}

/** What a user did wrongly, or the world, is a page that says so. */
async function pageOf(make: () => Promise<Page>): Promise<Page> {
  try {
    return await make()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return {
      title: WORDS.failed,
      status: error.kind === 'usage' ? 400 : 503,
      body: (
        <Note is="error">
          <p>{shownText(error.message)}</p>
          <p>{shownText(error.help)}</p>
        </Note>
      ),
    }
  }
}

function messagePage(status: number, text: string): Page {
  return { title: text, status, body: <p>{text}</p> }
}

function refuse(response: ServerResponse, status: number, why: RefusedBy): void {
  const text = WORDS.refused[why]
  const allow = status === 405 ? { allow: 'GET, HEAD' } : {}
  response
    .writeHead(status, { ...SECURITY_HEADERS, ...allow, 'content-type': 'text/plain; charset=utf-8' })
    .end(`${text}\n`)
}

function sendPage(response: ServerResponse, page: Page, path: string, query: string): void {
  const html = `<!doctype html>${render(<Frame page={page} path={path} query={query} />)}`
  response.writeHead(page.status ?? 200, { ...SECURITY_HEADERS, 'content-type': 'text/html; charset=utf-8' }).end(html)
}

interface Asset {
  readonly file: string
  readonly type: string
}

const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ['/style.css', { file: 'style.css', type: 'text/css; charset=utf-8' }],
  ['/script.js', { file: 'script.js', type: 'text/javascript; charset=utf-8' }],
  ['/icon.svg', { file: 'icon.svg', type: 'image/svg+xml' }],
])

const bytes = new Map<string, Buffer>()

function sendAsset(response: ServerResponse, { file, type }: Asset): void {
  const content = bytes.get(file) ?? readFileSync(join(PROGRAM, 'dist', 'console', file))
  bytes.set(file, content)
  response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': type }).end(content)
}

function routeOf(
  path: string,
): { readonly route: Route; readonly params: Readonly<Record<string, string>> } | undefined {
  const parts = path.split('/')
  for (const route of ROUTES) {
    const params = paramsOf(route.path.split('/'), parts)
    if (params !== undefined) return { route, params }
  }
  return undefined
}

function paramsOf(pattern: readonly string[], parts: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [i, wanted] of pattern.entries()) {
    const part = decoded(parts[i] ?? '')
    if (part === undefined) return undefined
    if (wanted.startsWith(':')) {
      if (part === '') return undefined
      params[wanted.slice(1)] = part
    } else if (part !== wanted) return undefined
  }
  return params
}

/** A path may have escapes that mean nothing. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
