import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../../../base/failure.ts'
import { keepOpening } from '../../../sdk/keep-opening.ts'
import {
  type OpenOptions,
  type Settings,
  TenfoldError,
  type TenfoldErrorCode,
  openSettings,
} from '../../../sdk/index.ts'
import { isLoopbackHost } from '../../../serve/access/loopback.ts'
import { openToAll } from '../../../serve/create-server.ts'
import { type AnswerServer, createServer } from '../../../serve/index.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf, note } from '../../io.ts'
import { parseDuration } from '../../parse-duration.ts'
import { redacted } from '../../redact-keys.ts'
import { checkEnvironment } from '../../open/trust-of-machine.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { serveCommand } from './serve.flags.ts'

type Flags = FlagsOf<typeof serveCommand>

/** Answers over HTTP until it is interrupted. */
export async function serve(flags: Flags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const { host, tokenFile, tokenKeys } = flags
  const port = portOf(flags.port)
  refuseOpenServer(flags)
  const options = optionsFor(flags)
  const say = (text: string): void => void io.stderr.write(`${redacted(text)}\n`)
  const end = interrupted()
  const opening = new Opening(options, say)
  const server = createServer(opening.settings, {
    tokenFile,
    tokenKeys,
    tls: tlsOf(flags),
    origins: originsOf(flags.origin),
    rateLimit: countOf(flags.rateLimit),
    onAccess: flags.accessLog === true ? (entry) => io.stderr.write(`${JSON.stringify(entry)}\n`) : undefined,
    onProblem: (error) => say(error instanceof Failure ? `${error.message}; ${error.help}` : `${error.stack}`),
  })
  await listen(server, port, host)
  // Whoever reads the address asks at once, and is answered: unless the store cannot be read, the release is there.
  const failure = await Promise.race([opening.first, end])
  if (failure instanceof Error) {
    await server.stop()
    throw failure
  }
  io.stdout.write(format === 'json' ? `${JSON.stringify({ url: server.url })}\n` : `${server.url}\n`)
  note(io, 'Ctrl+C ends it')
  await end
  opening.stop()
  await server.stop()
  await opening.opened?.close()
  return 0
}

/** Opens the settings in the background: what cannot be read yet is tried again. */
class Opening {
  /** The settings, once they are open: for ever pending where no try would help. */
  readonly settings: Promise<Settings>
  /** Resolves after the first try: to what no other try would mend, or to nothing. */
  readonly first: Promise<Error | undefined>
  /** The settings that are open, to be closed at the end. */
  opened: Settings | undefined
  readonly #ended = new AbortController()

  constructor(options: OpenOptions, say: (text: string) => void) {
    let isOpen: (settings: Settings) => void = ignore
    let isTried: (failure: Error | undefined) => void = ignore
    this.settings = new Promise((resolve) => (isOpen = resolve))
    this.first = new Promise((resolve) => (isTried = resolve))
    const failed = ({ code, message }: TenfoldError): void => {
      say(`settings: ${code}: ${message}`)
      isTried(undefined)
    }
    const everyMs = options.refresh?.everyMs || RETRY_MS
    keepOpening(() => openSettings(options), failed, everyMs, this.#ended.signal).then(
      (settings) => {
        this.opened = settings
        tellOf(settings, say)
        isTried(undefined)
        isOpen(settings)
      },
      (error: unknown) => isTried(asFailure(error)),
    )
  }

  stop(): void {
    this.#ended.abort()
  }
}

function tellOf(settings: Settings, say: (text: string) => void): void {
  settings.on('changed', ({ seq, commit }) => say(`settings: release ${seq} of commit ${commit ?? 'none'}`))
  settings.on('stale', ({ state, seq, ageMs }) => {
    say(`settings: ${state}: release ${seq}, and the store was last read ${Math.round(ageMs / 1_000)} s ago`)
  })
  settings.on('error', ({ code, message }) => say(`settings: ${code}: ${message}`))
}

function ignore(_: unknown): void {}

const RETRY_MS = 10_000

function optionsFor(flags: Flags): OpenOptions {
  const { store, mode, cacheDir, notify, env } = flags
  if (store === undefined) {
    throw new Failure('usage', 'there is no store to answer from', 'name one with --store, such as file:.tenfold/store')
  }
  if (mode !== 'full' && mode !== 'lazy') throw new Failure('usage', `no mode "${mode}"`, 'the modes are full and lazy')
  const everyMs = parseDuration(flags.every)
  if (everyMs === undefined) {
    throw new Failure('usage', `--every takes a time such as 10s, not "${flags.every}"`, 'write a number and a unit')
  }
  checkEnvironment(env)
  const own = join(flags.config, 'trust', 'root.json')
  const isEmbedded = store.every((url) => /^file:(?:.*\/)?\.tenfold\/store\/?$/.test(url))
  const trust = flags.trust ?? (!isEmbedded && existsSync(own) ? own : undefined)
  return {
    store: store.length === 1 ? (store[0] ?? '') : store,
    mode,
    refresh: { everyMs },
    // No key is ever served, so none is opened.
    keys: { from: 'env', env: {} },
    ...(trust !== undefined && { trust }),
    ...(env !== undefined && { environment: env }),
    ...(cacheDir !== undefined && { cacheDir }),
    ...(notify !== undefined && { notify }),
  }
}

/** Beyond this machine, prompts and settings are for whoever has a token. */
function refuseOpenServer({ host, tokenFile, tokenKeys }: Flags): void {
  if (isLoopbackHost(host) || tokenFile !== undefined || tokenKeys !== undefined) return
  const help = 'name tokens with --token-file or --token-keys, or leave --host out to answer this machine alone'
  throw new Failure('usage', openToAll(host).message, help)
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port
  throw new Failure('usage', `--port takes a number from 0 to 65535, not "${text}"`, '0 is any that is free')
}

function countOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new Failure('usage', `--rate-limit takes a number of requests per second, not "${text}"`, 'write 100')
}

function tlsOf({ tlsCert, tlsKey }: Flags): { readonly cert: string; readonly key: string } | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsCert !== undefined && tlsKey !== undefined) return { cert: tlsCert, key: tlsKey }
  throw new Failure('usage', 'TLS needs a certificate and its key', 'give --tls-cert and --tls-key')
}

function originsOf(given: readonly string[] = []): readonly string[] {
  for (const origin of given) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue
    throw new Failure('usage', `"${origin}" is no origin`, 'write scheme, host and port alone: https://app.example.com')
  }
  return given
}

function listen(server: AnswerServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new Failure('world', `cannot listen on ${host}:${port}: ${error.message}`, 'name another --port or --host', {
          cause: error,
        }),
      )
    })
    server.listen(port, host, () => resolve())
  })
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}

/** Says what no other try would mend, in the words of the command. */
function asFailure(error: unknown): Error {
  if (!(error instanceof TenfoldError)) return error instanceof Error ? error : new Error(String(error))
  const help = HELP[error.code] ?? 'see `tenfold serve --help`'
  return new Failure('usage', error.message, help, { cause: error })
}

const HELP: Partial<Record<TenfoldErrorCode, string>> = {
  trust_required: 'name the root of trust with --trust, such as --trust config/trust/root.json',
  invalid_trust: 'name another file with --trust: the root.json of the configuration that is released there',
  environment_changed: 'name the environment of the store with --env, or another store',
}
