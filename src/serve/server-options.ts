import { quote } from '../base/quote-name.ts'
import { TenfoldError, unknown } from '../sdk/tenfold-error.ts'
import { isObject } from '../store/format/decode-json.ts'
import type { AccessEntry } from './request-handler.ts'

export interface ServerOptions {
  /** A file with the tokens of backends, one per line, each of which may ask for every account. */
  readonly tokenFile?: string | undefined
  /** A file with the keys that sign accounts' tokens, `NAME KEY` per line; the first one signs tickets. */
  readonly tokenKeys?: string | undefined
  /** Files of a certificate with its chain, and of its key, in PEM; read again when they are replaced. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  /** Origins whose pages may ask, such as `https://app.example.com`. */
  readonly origins?: readonly string[] | undefined
  /** The most requests per second of one caller: a token, an account, or this machine. */
  readonly rateLimit?: number | undefined
  /** The most event streams that are open at once, of which one account may have half: 20,000 by default. */
  readonly maxStreams?: number | undefined
  /** Milliseconds for which answers under way may go on once the server stops: 10,000 by default. */
  readonly graceMs?: number | undefined
  /** Called with each answered request. Neither tokens nor tickets are in it. */
  readonly onAccess?: ((entry: AccessEntry) => void) | undefined
  /** Called with what goes wrong and needs somebody's eyes: a file of tokens that cannot be read, a bug of ours. */
  readonly onProblem?: ((error: Error) => void) | undefined
}

type Check = readonly [isRight: (value: unknown) => boolean, what: string]

const TEXT: Check = [isText, 'the path of a file']
const CALLED: Check = [(value) => typeof value === 'function', 'a function']
const CHECKS: Readonly<Record<keyof ServerOptions, Check>> = {
  tokenFile: TEXT,
  tokenKeys: TEXT,
  tls: [(value) => isObject(value) && isText(value['cert']) && isText(value['key']), 'like { cert: FILE, key: FILE }'],
  origins: [(value) => Array.isArray(value) && value.every(isOrigin), 'a list like ["https://app.example.com"]'],
  rateLimit: [isCount, 'a number of requests, 1 or more'],
  maxStreams: [isCount, 'a number of streams, 1 or more'],
  graceMs: [(value) => value === 0 || isCount(value), 'a number of milliseconds'],
  onAccess: CALLED,
  onProblem: CALLED,
}

/** @throws {TenfoldError} `invalid_option` for a name that is misspelled, and for a value that means nothing. */
export function checkServerOptions(options: ServerOptions): void {
  const given: unknown = options
  if (!isObject(given)) throw new TenfoldError('invalid_option', `the options are ${quote(given)}, and no object`)
  for (const [name, value] of Object.entries(given)) {
    const check = Object.entries(CHECKS).find(([known]) => known === name)?.[1]
    if (check === undefined) throw unknown('invalid_option', 'option', name, Object.keys(CHECKS))
    const [isRight, what] = check
    if (value === undefined || isRight(value)) continue
    throw new TenfoldError('invalid_option', `the option ${name} has to be ${what}`)
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value
}
