import { type IncomingMessage, type Server, type ServerResponse, createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { Failure } from '../base/failure.ts'
import { isEvaluating } from '../sdk/evaluation.ts'
import { Gate } from './access/gate.ts'
import { isLoopbackHost } from './access/loopback.ts'
import { parseBackendTokens, parseTokenKeys, requireBackendTokens, requireTokenKeys } from './access/token-files.ts'
import { WatchedFile } from './access/watched-file.ts'
import { EventStreams } from './event-streams.ts'
import { Metrics } from './metrics.ts'
import { PresentSettings, type ServedSettings } from './present-settings.ts'
import { tagOf } from './release-tag.ts'
import { RequestHandler } from './request-handler.ts'
import { type ServerOptions, checkServerOptions } from './server-options.ts'
import { SharedLook } from './shared-look.ts'

/** A server of node's that is not listening yet. */
export type AnswerServer = Server & {
  /** Where it listens, such as `http://127.0.0.1:8080`; empty before. */
  url: string
  /** Takes no new connection, lets answers under way finish, ends event streams, and closes. */
  stop(): Promise<void>
}

const MAX_STREAMS = 20_000
const GRACE_MS = 10_000
/** Longer than the balancers in front of it keep a connection, so that they are the ones who close it. */
const KEEP_ALIVE_MS = 72_000
/** A client that sends byte by byte is not waited for. */
const REQUEST_MS = 15_000
/** How often node looks for such a client; it does so twice a minute by itself. */
const CHECK_MS = 2_000
/** How long after a file of a certificate changed both are taken. */
const SETTLE_MS = 2_000
const LIMITS = {
  keepAliveTimeout: KEEP_ALIVE_MS,
  headersTimeout: REQUEST_MS,
  requestTimeout: REQUEST_MS,
  connectionsCheckingInterval: CHECK_MS,
} as const

/**
 * Creates a server of OpenFeature's Remote Evaluation Protocol over settings, for services of any language. Without
 * tokens it answers on loopback only, to whoever is on this machine: listening anywhere else is an `error` event.
 *
 * ```ts
 * import { openSettings } from 'tenfold'
 * import { createServer } from 'tenfold/serve'
 *
 * const settings = await openSettings({ store: 'file:.tenfold/store', keys: { from: 'env', env: {} } })
 * const server = createServer(settings)
 * server.listen(8080, '127.0.0.1', () => console.log(server.url))
 * ```
 *
 * @param settings what `openSettings` gives, or a promise of it: until then every question is answered with 503.
 * @throws {TenfoldError} `invalid_option`
 * @throws {Failure} when a file of the options cannot be read, or is wrong.
 */
export function createServer(
  settings: ServedSettings | Promise<ServedSettings>,
  options: ServerOptions = {},
): AnswerServer {
  checkServerOptions(options)
  const { tokenFile, tokenKeys, tls, origins, rateLimit, maxStreams = MAX_STREAMS, graceMs = GRACE_MS } = options
  const onProblem = options.onProblem ?? (() => {})
  const files: { close(): void }[] = []
  const watch: Watch = (path, parse, changed = () => {}) => {
    const file = new WatchedFile(path, parse, changed, onProblem)
    files.push(file)
    return () => file.value
  }
  const emptied = (path: string): void => {
    const help = 'write a token into it, or a key, unless that is meant'
    onProblem(new Failure('usage', `${path} is empty, or gone: what it held lets nobody in any more`, help))
  }
  const backends =
    tokenFile === undefined
      ? undefined
      : watch(tokenFile, parseBackendTokens, (tokens) => {
          if (tokens.length === 0) emptied(tokenFile)
        })
  const keys =
    tokenKeys === undefined
      ? undefined
      : watch(tokenKeys, parseTokenKeys, (known) => {
          if (known.size === 0) emptied(tokenKeys)
        })
  // A file that is emptied later lets nobody in any more; a server that begins so is a mistake.
  if (backends !== undefined) requireBackendTokens(backends(), tokenFile ?? '')
  if (keys !== undefined) requireTokenKeys(keys(), tokenKeys ?? '')
  const present = new PresentSettings()
  const streams = new EventStreams(maxStreams)
  const metrics = new Metrics({
    status: () => present.settings?.status,
    failedPolls: () => present.evaluation()?.failedPolls ?? 0,
    streams: () => streams.size,
  })
  const gate = new Gate({
    backends,
    keys,
    hosts: () => hostsOf(server),
    origins: new Set(origins),
    environment: () => present.evaluation()?.environment,
    nowSeconds: () => Math.floor(Date.now() / 1_000),
  })
  const handler = new RequestHandler({
    gate,
    streams,
    metrics,
    present,
    look: new SharedLook(async () => present.settings?.refresh()),
    limiter: rateLimit === undefined ? undefined : new RateLimiterMemory({ points: rateLimit, duration: 1 }),
    onAccess: options.onAccess,
    onProblem,
  })
  const listener = (request: IncomingMessage, response: ServerResponse): void => handler.handle(request, response)
  const server = tls === undefined ? createHttpServer(LIMITS, listener) : secure(tls, listener, watch, onProblem)

  const tell = (): void => {
    present.touch()
    const evaluation = present.evaluation()
    if (evaluation !== undefined) streams.tell({ tag: tagOf(evaluation), since: present.since })
  }
  const begin = (opened: ServedSettings): void => {
    if (!isEvaluating(opened)) throw new TypeError('createServer takes what openSettings gives')
    present.begin(opened)
    opened.on('changed', tell)
  }
  if (settings instanceof Promise) settings.then(begin).catch(onProblem)
  else begin(settings)

  const own = Object.assign(server, {
    url: '',
    async stop() {
      handler.isStopping = true
      for (const file of files) file.close()
      present.settings?.off('changed', tell)
      streams.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const timer = setTimeout(() => server.closeAllConnections(), graceMs)
      await closed
      clearTimeout(timer)
    },
  })
  server.on('listening', () => {
    own.url = urlOf(server, tls !== undefined)
    const address = server.address()
    if (gate.needsToken || typeof address !== 'object' || address === null || isLoopbackHost(address.address)) return
    // Nothing that has connected meanwhile is heard: its requests come after this event.
    server.close()
    server.closeAllConnections()
    server.emit('error', openToAll(address.address))
  })
  return own
}

/** Beyond this machine, prompts and settings are for whoever has a token. */
export function openToAll(host: string): Failure {
  const why = `whoever reaches ${host} could read every account's settings and prompts`
  return new Failure('usage', why, 'give a file of tokens or of keys for them, or listen on 127.0.0.1')
}

type Watch = <T>(path: string, parse: (text: string, path: string) => T, changed?: (value: T) => void) => () => T

function secure(
  { cert, key }: NonNullable<ServerOptions['tls']>,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  watch: Watch,
  onProblem: (error: Error) => void,
): Server {
  let timer: NodeJS.Timeout | undefined
  const unfit = (help: string, cause: unknown): Failure =>
    new Failure('usage', `the certificate in ${cert} and the key in ${key} do not fit, or are no PEM`, help, { cause })
  const use = (): void => {
    try {
      server.setSecureContext({ cert: certificate(), key: privateKey() })
    } catch (error) {
      onProblem(unfit('the old one is served on: replace both files', error))
    }
  }
  const renew = (): void => {
    // One of the two files is newer than the other for a moment.
    clearTimeout(timer)
    timer = setTimeout(use, SETTLE_MS).unref()
  }
  const certificate = watch(cert, (text) => text, renew)
  const privateKey = watch(key, (text) => text, renew)
  const server = createHttpsServer(LIMITS, listener)
  try {
    server.setSecureContext({ cert: certificate(), key: privateKey() })
  } catch (error) {
    throw unfit('name the two files of one certificate', error)
  }
  return server
}

/** Returns the Host headers of a server on loopback: its address, and the names that only this machine resolves. */
function hostsOf(server: Server): ReadonlySet<string> {
  const known = HOSTS.get(server)
  if (known !== undefined) return known
  const address = server.address()
  if (typeof address !== 'object' || address === null) return new Set()
  const { port } = address
  const names = [shownAddress(address.address, address.family), 'localhost']
  const hosts = new Set(
    names.flatMap((name) => (port === 80 || port === 443 ? [name, `${name}:${port}`] : [`${name}:${port}`])),
  )
  HOSTS.set(server, hosts)
  return hosts
}

const HOSTS = new WeakMap<Server, ReadonlySet<string>>()

function urlOf(server: Server, isSecure: boolean): string {
  const address = server.address()
  if (typeof address !== 'object' || address === null) return ''
  return `${isSecure ? 'https' : 'http'}://${shownAddress(address.address, address.family)}:${address.port}`
}

function shownAddress(address: string, family: string): string {
  return family === 'IPv6' ? `[${address}]` : address
}
