import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { join } from 'node:path'
import { render } from 'preact-render-to-string'
import { Failure } from '../base/failure.ts'
import { PROGRAM } from '../base/program-folder.ts'
import { may } from './access.ts'
import { Guard, type RefusedBy, SECURITY_HEADERS, policyWith } from './guard.ts'
import { readFormBody } from './read-body.ts'
import { type DraftBarFacts, draftBar } from './drafts/draft-bar.tsx'
import type { Page, Route } from './page.ts'
import { Frame } from './parts/frame.tsx'
import { MayWrite } from './parts/post-form.tsx'
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
      if (!response.headersSent) sendPage(response, messagePage(500, WORDS.failed), undefined)
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
  const { method = 'GET', url: asked = '/' } = request
  // Of several, node takes the first; whoever stands before us may have taken another.
  const isOneHost = request.headersDistinct['host']?.length === 1
  const headers = isOneHost ? request.headers : { ...request.headers, host: undefined }
  const verdict = guard.admit({ method, url: asked, headers })
  // The body of what is refused is not read: the connection ends instead.
  if (verdict.is === 'refused') return refuse(response, verdict.status, verdict.why)
  if (verdict.is === 'exchanged') {
    response.writeHead(303, { ...SECURITY_HEADERS, location: verdict.location, 'set-cookie': verdict.cookie }).end()
    return undefined
  }
  const url = urlOf(asked, guard.host)
  if (url === undefined) return sendPage(response, messagePage(404, WORDS.notFound), undefined)
  const asset = ASSETS.get(url.pathname)
  if (asset !== undefined) return sendAsset(response, asset)
  const found = routeOf(url.pathname)
  const who = { is: 'staff' } as const
  const isWrite = method === 'POST'
  if (found === undefined || !may(who, isWrite ? 'write' : 'read', found.route.subject(found.params))) {
    return sendPage(response, messagePage(404, WORDS.notFound), url)
  }
  const { route, params } = found
  const about = { workspace, who, url, params }
  if (!isWrite) return sendPage(response, await pageOf(() => route.page(about)), url, await extrasOf(workspace, guard))
  const { action } = route
  if (action === undefined) return refuse(response, 405, 'method')
  const form = await readFormBody(request)
  if (form.is === 'refused') return refuse(response, form.status, form.why)
  const answered = await pageOf(() => action({ ...about, form: form.fields }))
  // The browser asks for the next page by itself: going back does not send the form again.
  if ('goTo' in answered) return redirect(response, answered.goTo)
  return sendPage(response, answered, url, await extrasOf(workspace, guard))
}

interface PageExtras {
  readonly mayWrite: boolean
  readonly bar?: DraftBarFacts
}

/** The draft in the frame of every page: what goes wrong with it is a page of its own. */
async function extrasOf(workspace: Workspace, { isReadOnly }: Guard): Promise<PageExtras> {
  const bar = isReadOnly ? undefined : await draftBar(workspace).catch(() => undefined)
  return { mayWrite: !isReadOnly, ...(bar !== undefined && { bar }) }
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { ...SECURITY_HEADERS, location, 'content-length': '0' }).end()
}

/** Returns the address that is asked for; undefined for one that is elsewhere, or none. */
function urlOf(asked: string, host: string): URL | undefined {
  const origin = `http://${host}`
  if (asked.startsWith('/')) return new URL(origin + asked)
  return asked.startsWith(`${origin}/`) ? new URL(asked) : undefined
}

/** What a user did wrongly, or the world, is a page that says so. */
async function pageOf<T>(make: () => Promise<T>): Promise<T | Page> {
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
  send(response, status, { ...allow, connection: 'close', 'content-type': 'text/plain; charset=utf-8' }, `${text}\n`)
}

function sendPage(
  response: ServerResponse,
  page: Page,
  url: URL | undefined,
  { bar, mayWrite }: PageExtras = { mayWrite: false },
): void {
  // The editor makes style sheets while it runs: those with this number count, for this page alone.
  const nonce = randomBytes(16).toString('base64')
  const query = url?.searchParams.get('q') ?? ''
  const document = (
    <MayWrite.Provider value={mayWrite}>
      <Frame page={page} path={url?.pathname ?? ''} query={query} bar={bar} nonce={nonce} />
    </MayWrite.Provider>
  )
  const html = `<!doctype html>${render(document)}`
  const headers = { ...policyWith(nonce), 'content-type': 'text/html; charset=utf-8' }
  send(response, page.status ?? 200, headers, html)
}

/** A HEAD has the same headers, and node leaves out the body. */
function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): void {
  const length = Buffer.byteLength(body)
  response.writeHead(status, { ...SECURITY_HEADERS, ...headers, 'content-length': length }).end(body)
}

interface Asset {
  readonly file: string
  readonly type: string
}

const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ['/style.css', { file: 'style.css', type: 'text/css; charset=utf-8' }],
  ['/script.js', { file: 'script.js', type: 'text/javascript; charset=utf-8' }],
  ['/editor.js', { file: 'editor.js', type: 'text/javascript; charset=utf-8' }],
  ['/icon.svg', { file: 'icon.svg', type: 'image/svg+xml' }],
])

const bytes = new Map<string, Buffer>()

function sendAsset(response: ServerResponse, { file, type }: Asset): void {
  const content = bytes.get(file) ?? readFileSync(join(PROGRAM, 'dist', 'console', file))
  bytes.set(file, content)
  send(response, 200, { 'content-type': type }, content)
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

/** A path may have escapes that mean nothing, or a NUL, which no name has. */
function decoded(part: string): string | undefined {
  try {
    const text = decodeURIComponent(part)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
