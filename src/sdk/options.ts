import { TenfoldError, quote } from './errors.ts'
import { type Env, type Keys, keysFromEnv } from './keys.ts'
import type { Manner } from './reader.ts'
import { openStore } from './store.ts'

export interface OpenOptions {
  /** `file:DIR`, relative to the working directory or absolute, or a `file://` URL. */
  readonly store: string
  /** The root document. This version checks no signatures yet, and refuses a root rather than ignore it. */
  readonly trust?: unknown
  /** Where API keys come from; by default the environment of the process. */
  readonly keys?: KeySource
  readonly refresh?: {
    /** Milliseconds between looks at the store: 10,000 by default, 0 for never. */
    readonly everyMs?: number
    /** Milliseconds of failed looks after which the state is `stale`: six times `everyMs` and at least 60,000. */
    readonly staleAfterMs?: number
  }
  /** Where a later version keeps the last good release; not used yet. */
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
  /** For a later version. */
  | { readonly from: 'sealed'; readonly identity?: unknown }

/** The options with everything decided. */
export interface Decided extends Manner {
  readonly everyMs: number
  readonly staleAfterMs: number
  readonly now: () => number
}

const EVERY_MS = 10_000
const STALE_AFTER_MS = 60_000

/** @throws {TenfoldError} `unsupported_…` for what this version does not do, `invalid_option` for what none does. */
export function decide(options: OpenOptions): Decided {
  const { mode = 'full', onUnknownAccount = 'globals', refresh = {}, now = Date.now } = options
  if (typeof options.store !== 'string') throw invalid('store', options.store, 'a URL such as file:DIR')
  if (mode === 'lazy') throw new TenfoldError('unsupported_mode', 'mode "lazy" is not in this version; use "full"')
  if (mode !== 'full') throw invalid('mode', mode, '"full"')
  if (options.trust !== undefined) {
    throw new TenfoldError('unsupported_trust', 'this version checks no signatures: leave `trust` out')
  }
  if (onUnknownAccount !== 'globals' && onUnknownAccount !== 'error') {
    throw invalid('onUnknownAccount', onUnknownAccount, '"globals" or "error"')
  }
  const everyMs = duration('refresh.everyMs', refresh.everyMs ?? EVERY_MS)
  const staleAfterMs = duration('refresh.staleAfterMs', refresh.staleAfterMs ?? Math.max(6 * everyMs, STALE_AFTER_MS))
  return { store: openStore(options.store), keys: keysOf(options.keys), onUnknownAccount, everyMs, staleAfterMs, now }
}

function keysOf(keys: KeySource = { from: 'env' }): Keys {
  if (keys.from === 'env') return keysFromEnv(keys.env ?? process.env)
  throw new TenfoldError('unsupported_keys', `keys from ${quote(keys.from)} are not in this version; use "env"`)
}

function duration(name: string, value: number): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw invalid(name, value, 'milliseconds, 0 or more')
}

function invalid(name: string, value: unknown, expected: string): TenfoldError {
  return new TenfoldError('invalid_option', `${name} is ${quote(value)}; it has to be ${expected}`)
}
