/**
 * What can go wrong, by a code that does not change between versions.
 *
 * When opening: `unsupported_store`, `invalid_option`, `trust_required`, `invalid_trust`. When
 * opening and refreshing: `store_not_found`, `store_unreadable`, `store_damaged`, `unsupported_format`,
 * `signature_invalid`, `root_refused`, `rollback_refused`, `environment_changed`, `expired`, `shrink_refused`,
 * `secret_refused`, `unseal_failed`; and as an event alone `cache_failed`. When asking: `invalid_option`,
 * `unknown_function`, `unknown_prompt`, `unknown_plan`, `unknown_account`, `account_not_loaded`, `missing_key`,
 * `invalid_key`.
 */
export type TenfoldErrorCode =
  | 'unsupported_store'
  | 'unsupported_format'
  | 'invalid_option'
  | 'store_not_found'
  | 'store_unreadable'
  | 'store_damaged'
  | 'trust_required'
  | 'invalid_trust'
  | 'signature_invalid'
  | 'root_refused'
  | 'rollback_refused'
  | 'environment_changed'
  | 'expired'
  | 'shrink_refused'
  | 'secret_refused'
  | 'unseal_failed'
  | 'cache_failed'
  | 'unknown_function'
  | 'unknown_prompt'
  | 'unknown_plan'
  | 'unknown_account'
  | 'account_not_loaded'
  | 'missing_key'
  | 'invalid_key'

/** On every error of every copy of the SDK. */
const BRAND = Symbol.for('tenfold.TenfoldError')

/** The one error of the SDK. Its message is for people; programs look at `code`. */
export class TenfoldError extends Error {
  override readonly name = 'TenfoldError'
  readonly code: TenfoldErrorCode

  /** A process that imports the SDK here and requires it there has two copies, whose errors are the same to it. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== TenfoldError) return super[Symbol.hasInstance](value)
    return typeof value === 'object' && value !== null && BRAND in value
  }

  constructor(code: TenfoldErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

Object.defineProperty(TenfoldError.prototype, BRAND, { value: true })

/** Whatever a store made us stumble over, as damage: nobody but its writer can mend it. */
export function asDamage(error: unknown, what: string): TenfoldError {
  if (error instanceof TenfoldError) return error
  return new TenfoldError('store_damaged', `${what} is damaged: ${messageOf(error)}`, { cause: error })
}

/** What an error says, of whatever realm it is; of what is none, its text. */
export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? textOf(error.message) : textOf(error)
}

/**
 * What the service's own code threw, as a cause that an error may be printed with: its name, what it says, and where it
 * was thrown. The whole of it may be long, and often has the request in it that failed, with its token.
 */
export function causeFrom(thrown: unknown): Error {
  // What `fetch` throws says why one level down.
  const inner = fieldOf(thrown, 'cause')
  const says = [textIn(thrown, 'message') || textOf(thrown), textIn(inner, 'message') || textIn(inner, 'code')]
  const message = clipped(says.filter((one) => one !== '').join(': '), 200)
  const name = clipped(textIn(thrown, 'name') || 'Error', 50)
  const places = textIn(thrown, 'stack')
    .split('\n')
    .filter((line) => /^ {4}at (?!.*\bnode:)/.test(line))
    .slice(0, 3)
  const cause = new Error(message)
  cause.name = name
  cause.stack = [`${name}: ${message}`, ...places.map((line) => clipped(line, 160))].join('\n')
  return cause
}

/** Undefined where there is none, or where it cannot be read. */
function fieldOf(value: unknown, field: string): unknown {
  try {
    return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined
  } catch {
    return undefined
  }
}

function textIn(value: unknown, field: string): string {
  const text = fieldOf(value, field)
  return typeof text === 'string' ? text : ''
}

function clipped(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}

/** A name that does not exist, with those that do. */
export function unknown(code: TenfoldErrorCode, what: string, name: unknown, names: Iterable<string>): TenfoldError {
  const all = [...names].sort()
  const shown = all.length > SHOWN ? `${all.slice(0, SHOWN).join(', ')} and ${all.length - SHOWN} more` : all.join(', ')
  const are = all.length === 1 ? 'is' : 'are'
  return new TenfoldError(code, `no ${what} ${quote(name)}; there ${are} ${shown || 'none'}`)
}

const SHOWN = 20

/** A name from outside, short and without control characters, so that it cannot forge a line of a log. */
export function quote(name: unknown): string {
  return JSON.stringify(clipped(textOf(name), 80))
}

/** Whatever it is, as a text. Not everything has one, and a message about it must not fail for that. */
function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return `${typeof value} without a text`
  }
}

/** A URL as a message may show it: what stands before an `@` or after a `?` may be a password or a token. */
export function shown(url: string): string {
  return quote(url.replace(/^([a-z][a-z0-9+.-]*:\/*|\/*).*@/is, '$1…@').replace(/[?#].*$/s, '?…'))
}
