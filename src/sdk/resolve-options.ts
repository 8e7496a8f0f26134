import { realpathSync } from 'node:fs'
import { isObject } from '../store/format/decode-json.ts'
import { quote } from '../base/quote-name.ts'
import { causeFrom } from '../base/describe-thrown.ts'
import { TenfoldError, unknown } from './tenfold-error.ts'
import { Cache } from './load/disk-cache.ts'
import { type Env, type KeysOf, identityOf, keysFromEnv, sealedKeys } from './key-sources.ts'
import { MAX_BYTES } from './lazy/lazy-accounts.ts'
import type { Lazy } from './load/load-release.ts'
import type { ReaderOptions } from './snapshot-reader.ts'
import { folderOf, openStore } from './open-store.ts'
import type { StoreReader } from '../store/backend-types.ts'
import type { StoreHeaders } from '../store/backends/http/headers.ts'
import type { CredentialSource } from '../store/backends/s3/aws-credentials.ts'
import { FailoverStore } from './load/failover-store.ts'
import { Failure } from '../base/failure.ts'
import { type NoticePlace, parseNoticeUrl } from '../notice/notice-url.ts'
import { TIMEOUT_MS } from '../store/backends/http-reader.ts'
import { trustOf } from './load/trust-option.ts'
import type { Trust } from './load/verified-head.ts'

export interface OpenOptions {
  /**
   * `file:DIR`, relative to the working directory or absolute, a `file://` URL, `https://…`, `git:REMOTE#BRANCH`,
   * `s3:BUCKET/PREFIX?endpoint=URL&region=REGION` for a private bucket, `oci:HOST/NAME:ENVIRONMENT`. Of several that
   * hold the same releases, the latest head that verifies wins, and one of them may fail: then an `error` event tells.
   */
  readonly store: string | readonly string[]
  /**
   * The root document whose keys have to sign releases: the value, the text or the bytes of `config/trust/root.json`,
   * or the path of that file. Ship it with the service: a root fetched along with the store proves nothing. It may be
   * left out only for the local store (`.tenfold/store`).
   */
  readonly trust?: unknown
  /**
   * Returns the headers that a private `https:` store requires, such as `async () => ({ authorization: await bearer()
   * })`: a plain object, `Headers`, or pairs. Called for each poll of the store, and once more when the server answers
   * 401 or 403, since a token may have expired. The headers are sent to the store's own server only, and no error shows
   * them. If it throws, the error's `cause` briefly reports why.
   */
  readonly headers?: () => StoreHeaders | Promise<StoreHeaders>
  /**
   * Returns the key for an `s3:` store, `{ accessKeyId, secretAccessKey, sessionToken }`; by default `AWS_ACCESS_KEY_ID`,
   * `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN` of the environment. Called for each poll, since a temporary key
   * expires. No error shows any part of it.
   */
  readonly credentials?: CredentialSource
  /**
   * A subject of a NATS bus, `nats://HOST:PORT/SUBJECT`, on which `release --notify` tells of new releases: the store is
   * then looked at within `spreadMs` (300 by default; half as many as there are processes, if that is more), besides the
   * polls. Nothing on the bus is believed, and one that is down is an `error` event. Needs the package
   * `@nats-io/transport-node`; credentials are in the file that `TENFOLD_NATS_CREDS` names.
   */
  readonly notify?: string | { readonly url: string; readonly spreadMs?: number }
  /** The only environment whose releases are accepted; by default that of the first release, or of the kept one. */
  readonly environment?: string
  /** Where API keys come from; by default the environment variables of the process. */
  readonly keys?: KeySource
  readonly refresh?: {
    /** Milliseconds between polls of the store: 10,000 by default, 0 for never. */
    readonly everyMs?: number
    /**
     * Milliseconds of failed polls, or of one that hangs, after which the state is `stale`: by default six times
     * `everyMs`, and at least 60,000.
     */
    readonly staleAfterMs?: number
    /** Milliseconds that a server has for one answer, including its body: 10,000 by default. Not used for a folder. */
    readonly timeoutMs?: number
  }
  /**
   * A folder of this service's own for the last good release. The service starts from it when the store cannot be
   * reached (`stale` from the beginning), refuses any older release, and reads no object twice. It is created when
   * needed; failing to write it only causes an `error` event. Without it, all of this is forgotten when the process
   * ends.
   */
  readonly cacheDir?: string
  /**
   * `full`, the default, keeps all accounts in memory, so that answers need no waiting. `lazy` starts with the globals
   * alone and reads an account, with `await settings.account(id)`, when it is first needed.
   */
  readonly mode?: 'full' | 'lazy'
  readonly lazy?: {
    /**
     * About how many bytes the accounts in memory may take in `lazy` mode: 8 MiB by default, which is 2,500 to 5,000
     * ordinary ones. The least recently used accounts make room for others.
     */
    readonly maxBytes?: number
  }
  /** What an account that is not in the release gets: the globals, by default, or an error. */
  readonly onUnknownAccount?: 'globals' | 'error'
  /** Returns milliseconds since 1970, for tests. */
  readonly now?: () => number
}

export type KeySource =
  | { readonly from: 'env'; readonly env?: Env }
  /**
   * Keys that were sealed into the release, opened with an age identity, `env:NAME`, or the path of an identity file.
   * The identity is read anew for each set of keys, so that a file may be replaced, or also hold the next identity,
   * while a service runs.
   */
  | { readonly from: 'sealed'; readonly identity: string }

/** The options with all defaults resolved. */
export interface ResolvedOptions extends Omit<ReaderOptions, 'keys'> {
  readonly trust: Trust
  readonly environment: string | undefined
  readonly keys: KeysOf
  readonly cache: Cache | undefined
  /** Undefined if all accounts are in memory. */
  readonly lazy: Lazy | undefined
  readonly everyMs: number
  readonly staleAfterMs: number
  readonly now: () => number
  /** Where notices come from, and the longest random wait before a look. */
  readonly notify: { readonly place: NoticePlace; readonly spreadMs: number } | undefined
  /** What was wrong with some of several stores at the last poll. */
  readonly takeProblems: () => readonly TenfoldError[]
}

const EVERY_MS = 10_000
const STALE_AFTER_MS = 60_000
/** How long after a notice a service looks, at most: a fleet must not come all at once. */
const SPREAD_MS = 300

/** The names of the options, in step with their types. */
const OPTIONS: Readonly<Record<keyof OpenOptions, true>> = {
  store: true,
  trust: true,
  headers: true,
  credentials: true,
  notify: true,
  environment: true,
  keys: true,
  refresh: true,
  cacheDir: true,
  mode: true,
  lazy: true,
  onUnknownAccount: true,
  now: true,
}
const REFRESH: Readonly<Record<keyof NonNullable<OpenOptions['refresh']>, true>> = {
  everyMs: true,
  staleAfterMs: true,
  timeoutMs: true,
}
const NOTIFY: Readonly<Record<string, true>> = { url: true, spreadMs: true }
const LAZY: Readonly<Record<keyof NonNullable<OpenOptions['lazy']>, true>> = { maxBytes: true }
const KEYS: Readonly<Record<string, true>> = { from: true, env: true, identity: true }

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TenfoldError} `unsupported_…`, `invalid_option`, `trust_required`, `invalid_trust`.
 */
export function resolveOptions(options: OpenOptions): ResolvedOptions {
  try {
    return decideWhatCanBeRead(options)
  } catch (error) {
    if (error instanceof TenfoldError) throw error
    // A getter may throw, or a proxy may be revoked.
    throw new TenfoldError('invalid_option', 'the options of openSettings cannot be read', { cause: causeFrom(error) })
  }
}

function decideWhatCanBeRead(options: OpenOptions): ResolvedOptions {
  checkNames(options, 'the argument of openSettings', '{ store: "file:DIR" }', OPTIONS)
  const { store, mode = 'full', onUnknownAccount = 'globals', refresh = {}, now = Date.now } = options
  checkNames(refresh, 'refresh', `{ everyMs: ${EVERY_MS} }`, REFRESH, 'refresh.')
  checkNames(options.lazy ?? {}, 'lazy', `{ maxBytes: ${MAX_BYTES} }`, LAZY, 'lazy.')
  const stores = typeof store === 'string' ? [store] : listOfStores(store)
  if (mode !== 'full' && mode !== 'lazy') throw invalid('mode', mode, '"full" or "lazy"')
  if (onUnknownAccount !== 'globals' && onUnknownAccount !== 'error') {
    throw invalid('onUnknownAccount', onUnknownAccount, '"globals" or "error"')
  }
  if (typeof now !== 'function') throw invalid('now', now, 'a function')
  const { everyMs: every = EVERY_MS, timeoutMs: timeout = TIMEOUT_MS } = refresh
  const everyMs = duration('refresh.everyMs', every)
  const { staleAfterMs: staleAfter = Math.max(6 * everyMs, STALE_AFTER_MS) } = refresh
  const staleAfterMs = duration('refresh.staleAfterMs', staleAfter)
  const timeoutMs = duration('refresh.timeoutMs', timeout)
  const maxBytes = bytes('lazy.maxBytes', options.lazy?.maxBytes ?? MAX_BYTES)
  const lazy = mode === 'lazy' ? { maxBytes } : undefined
  const { environment, cacheDir, headers, credentials } = options
  if (credentials !== undefined && typeof credentials !== 'function') {
    // The value given in its place may be a key.
    throw new TenfoldError('invalid_option', 'credentials has to be a function that gives them')
  }
  if (headers !== undefined && typeof headers !== 'function') {
    // The value given in its place may be a token.
    throw new TenfoldError(
      'invalid_option',
      'headers has to be a function that gives them: () => ({ authorization: "…" })',
    )
  }
  if (environment !== undefined && (typeof environment !== 'string' || environment === '')) {
    throw invalid('environment', environment, 'a name')
  }
  if (cacheDir !== undefined && (typeof cacheDir !== 'string' || cacheDir === '')) {
    throw invalid('cacheDir', cacheDir, 'the path of a folder')
  }
  const open = (url: string): StoreReader => openStore(url, { timeoutMs, headers, cacheDir, credentials, environment })
  const [first, ...others] = stores.map(open)
  if (first === undefined) throw invalid('store', store, 'a URL such as file:DIR, or several')
  const trust = trustOf(options.trust, first)
  const several = others.length === 0 ? undefined : new FailoverStore([first, ...others], trust)
  const origin = several ?? first
  const cache = cacheDir === undefined ? undefined : cacheOf(cacheDir, origin, [first, ...others])
  const keys = keysOf(options.keys)
  return {
    store: cache ?? origin,
    cache,
    lazy,
    trust,
    environment,
    keys,
    onUnknownAccount,
    everyMs,
    staleAfterMs,
    now,
    notify: notifyOf(options.notify),
    takeProblems: () => several?.takeProblems() ?? [],
  }
}

function listOfStores(given: unknown): readonly string[] {
  const isList = Array.isArray(given) && given.length > 0 && given.every((one) => typeof one === 'string')
  if (!isList) throw invalid('store', given, 'a URL such as file:DIR, or several')
  const stores: readonly string[] = given
  return [...new Set(stores)]
}

function notifyOf(given: OpenOptions['notify']): ResolvedOptions['notify'] {
  if (given === undefined) return undefined
  const { url, spreadMs = SPREAD_MS } = typeof given === 'string' ? { url: given } : given
  if (typeof given !== 'string') checkNames(given, 'notify', '{ url: "nats://HOST:PORT/SUBJECT" }', NOTIFY, 'notify.')
  if (typeof url !== 'string') throw invalid('notify', url, 'a URL such as nats://HOST:PORT/SUBJECT')
  try {
    return { place: parseNoticeUrl(url), spreadMs: duration('notify.spreadMs', spreadMs) }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    throw new TenfoldError('invalid_option', `notify: ${error.message}; ${error.help}`)
  }
}

/**
 * Refuses unknown names: a caller that misspells `environment` or `onUnknownAccount` is being careful, and would
 * silently lose that protection.
 *
 * @param prefix the text before a name in a message.
 */
function checkNames(
  given: unknown,
  what: string,
  example: string,
  names: Readonly<Record<string, true>>,
  prefix = '',
): void {
  if (!isObject(given)) throw invalid(what, given, `an object such as ${example}`)
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || Object.hasOwn(names, name)) continue
    throw unknown('invalid_option', 'option', `${prefix}${name}`, Object.keys(names))
  }
}

/** A store used as its own cache would delete what its publisher needs. */
function cacheOf(folder: string, origin: StoreReader, stores: readonly StoreReader[]): Cache {
  const cache = new Cache(folder, origin)
  for (const store of stores) {
    const its = folderOf(store)
    if (its !== undefined && isSameFolder(its, cache.folder)) {
      throw invalid('cacheDir', folder, 'another folder than the store')
    }
  }
  return cache
}

function isSameFolder(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b)
  } catch {
    return a === b
  }
}

function keysOf(keys: KeySource = { from: 'env' }): KeysOf {
  // The value given in its place may be a key, and is not shown.
  if (!isObject(keys)) {
    throw new TenfoldError('invalid_option', 'keys has to be { from: "env" } or { from: "sealed", identity }')
  }
  if (keys.from !== 'env' && keys.from !== 'sealed') {
    throw new TenfoldError('invalid_option', 'keys.from has to be "env" or "sealed"')
  }
  checkNames(keys, 'keys', '{ from: "env" }', KEYS, 'keys.')
  if (keys.from === 'sealed') return sealedKeys(identityOf(keys.identity))
  const { env = process.env } = keys
  if (!isObject(env)) {
    throw new TenfoldError('invalid_option', 'keys.env is not an object of variables such as process.env')
  }
  return keysFromEnv(env)
}

function duration(name: string, value: number): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw invalid(name, value, 'milliseconds, 0 or more')
}

function bytes(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw invalid(name, value, 'a number of bytes')
}

function invalid(name: string, value: unknown, expected: string): TenfoldError {
  return new TenfoldError('invalid_option', `${name} is ${quote(value)}; it has to be ${expected}`)
}
