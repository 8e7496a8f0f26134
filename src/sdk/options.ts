import { TenfoldError, quote } from './errors.ts'
import { Cache } from './cache.ts'
import { type Env, type KeysOf, identityOf, keysFromEnv, sealedKeys } from './keys.ts'
import type { Manner } from './reader.ts'
import { openStore } from './store.ts'
import { type Trust, trustOf } from './trust.ts'

export interface OpenOptions {
  /** `file:DIR`, relative to the working directory or absolute, a `file://` URL, `https://…`,
   * or `git:REMOTE#BRANCH`. */
  readonly store: string
  /**
   * The root document by whose keys releases have to be signed: the value or the text of `config/trust/root.json`, or
   * the path of that file. Ship it with the service: what is fetched with the store proves nothing. Left out for the
   * embedded store (`.tenfold/store`) alone.
   */
  readonly trust?: unknown
  /** The only environment whose releases are taken; by default that of the first one. */
  readonly environment?: string
  /** Where API keys come from; by default the environment of the process. */
  readonly keys?: KeySource
  readonly refresh?: {
    /** Milliseconds between looks at the store: 10,000 by default, 0 for never. */
    readonly everyMs?: number
    /** Milliseconds of failed looks after which the state is `stale`: six times `everyMs` and at least 60,000. */
    readonly staleAfterMs?: number
  }
  /**
   * A folder of this service's own, for the last good release: it starts from there when the store cannot be reached,
   * and refuses whatever is older. Without it, both are forgotten when the process ends.
   */
  readonly cacheDir?: string
  /** `full`, the default, has all accounts in memory. `lazy` is for a later version. */
  readonly mode?: 'full' | 'lazy'
  /** What an account gets that is not in the release: the globals, by default, or an error. */
  readonly onUnknownAccount?: 'globals' | 'error'
  /** Milliseconds since 1970, for tests. */
  readonly now?: () => number
}

export type KeySource =
  | { readonly from: 'env'; readonly env?: Env }
  /** Those that were sealed into the release: an age identity, `env:NAME`, or the path of an identity file. */
  | { readonly from: 'sealed'; readonly identity: string }

/** The options with everything decided. */
export interface Decided extends Omit<Manner, 'keys'> {
  readonly trust: Trust
  readonly environment: string | undefined
  readonly keys: KeysOf
  readonly cache: Cache | undefined
  readonly everyMs: number
  readonly staleAfterMs: number
  readonly now: () => number
}

const EVERY_MS = 10_000
const STALE_AFTER_MS = 60_000

/** @throws {TenfoldError} `unsupported_…`, `invalid_option`, `trust_required`, `invalid_trust`. */
export function decide(options: OpenOptions): Decided {
  const { mode = 'full', onUnknownAccount = 'globals', refresh = {}, now = Date.now } = options
  if (typeof options.store !== 'string') throw invalid('store', options.store, 'a URL such as file:DIR')
  if (mode === 'lazy') throw new TenfoldError('unsupported_mode', 'mode "lazy" is not in this version; use "full"')
  if (mode !== 'full') throw invalid('mode', mode, '"full"')
  if (onUnknownAccount !== 'globals' && onUnknownAccount !== 'error') {
    throw invalid('onUnknownAccount', onUnknownAccount, '"globals" or "error"')
  }
  const everyMs = duration('refresh.everyMs', refresh.everyMs ?? EVERY_MS)
  const staleAfterMs = duration('refresh.staleAfterMs', refresh.staleAfterMs ?? Math.max(6 * everyMs, STALE_AFTER_MS))
  const { environment, cacheDir } = options
  if (environment !== undefined && typeof environment !== 'string') throw invalid('environment', environment, 'a name')
  if (cacheDir !== undefined && typeof cacheDir !== 'string') throw invalid('cacheDir', cacheDir, 'the path of a folder')
  const origin = openStore(options.store, cacheDir)
  const cache = cacheDir === undefined ? undefined : new Cache(cacheDir, origin)
  const trust = trustOf(options.trust, origin)
  const keys = keysOf(options.keys)
  return { store: cache ?? origin, cache, trust, environment, keys, onUnknownAccount, everyMs, staleAfterMs, now }
}

function keysOf(keys: KeySource = { from: 'env' }): KeysOf {
  if (keys.from === 'env') return keysFromEnv(keys.env ?? process.env)
  if (keys.from === 'sealed') return sealedKeys(identityOf(keys.identity))
  throw invalid('keys.from', keys, '"env" or "sealed"')
}

function duration(name: string, value: number): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw invalid(name, value, 'milliseconds, 0 or more')
}

function invalid(name: string, value: unknown, expected: string): TenfoldError {
  return new TenfoldError('invalid_option', `${name} is ${quote(value)}; it has to be ${expected}`)
}
