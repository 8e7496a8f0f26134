import { type StoreProblem, StoreFailure } from '../base/failure.ts'
import { quote } from '../base/quote-name.ts'
import { messageOf } from '../base/describe-thrown.ts'
import { EarlierFormat, OtherFormat } from '../store/format/decode-json.ts'

/**
 * What can go wrong, as a code that does not change between versions.
 *
 * When opening: `unsupported_store`, `invalid_option`, `trust_required`, `invalid_trust`. When opening and refreshing:
 * `store_not_found`, `store_unreadable`, `store_damaged`, `unsupported_format`, `signature_invalid`, `root_refused`,
 * `rollback_refused`, `environment_changed`, `expired`, `shrink_refused`, `secret_refused`, `unseal_failed`; and only
 * as events `cache_failed`, `notice_failed`, `pack_unusable` and `candidate_unusable`. When asking: `invalid_option`, `unknown_function`, `unknown_prompt`, `unknown_plan`,
 * `unknown_account`, `account_not_loaded`, `missing_key`, `invalid_key`; when filling a prompt: `missing_variable`,
 * `unknown_variable`, `invalid_variable`.
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
  | 'notice_failed'
  | 'pack_unusable'
  | 'candidate_unusable'
  | 'unknown_function'
  | 'unknown_prompt'
  | 'unknown_plan'
  | 'unknown_account'
  | 'account_not_loaded'
  | 'missing_key'
  | 'invalid_key'
  | 'missing_variable'
  | 'unknown_variable'
  | 'invalid_variable'

/** Marks every error of every copy of the SDK. */
const BRAND = Symbol.for('tenfold.TenfoldError')

/** The only error class of the SDK. Its message is for people; programs check `code`. */
export class TenfoldError extends Error {
  override readonly name = 'TenfoldError'
  readonly code: TenfoldErrorCode

  /** A process that imports and requires the SDK has two copies, whose errors must pass each other's `instanceof`. */
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

/** The codes for what can be wrong with a store: the only place that assigns them. */
const CODES: Readonly<Record<StoreProblem, TenfoldErrorCode>> = {
  'not-found': 'store_not_found',
  damaged: 'store_damaged',
  unreadable: 'store_unreadable',
  unsupported: 'unsupported_store',
  'wrong-option': 'invalid_option',
}

/** Translates a store's failure into the SDK's error; returns anything else unchanged. */
export function translated(error: unknown): unknown {
  if (!(error instanceof StoreFailure)) return error
  const { problem, message, cause } = error
  return new TenfoldError(CODES[problem], message, cause === undefined ? undefined : { cause })
}

/**
 * Returns the SDK's error for whatever using a store threw. What neither the store nor the SDK has named is damage: only
 * the publisher of the content can repair it.
 */
export function asDamage(thrown: unknown, what: string): TenfoldError {
  const error = translated(thrown)
  if (error instanceof TenfoldError) return error
  if (error instanceof EarlierFormat) {
    const message = `${what} has to be published again: ${error.message}`
    return new TenfoldError('store_not_found', message, { cause: error })
  }
  if (error instanceof OtherFormat) {
    const message = `${what} needs a newer version of this library: ${error.message}`
    return new TenfoldError('unsupported_format', message, { cause: error })
  }
  return new TenfoldError('store_damaged', `${what} is damaged: ${messageOf(error)}`, { cause: error })
}

/** Builds the error for a name that does not exist, listing those that do. */
export function unknown(code: TenfoldErrorCode, what: string, name: unknown, names: Iterable<string>): TenfoldError {
  const all = [...names].sort()
  const shown = all.length > SHOWN ? `${all.slice(0, SHOWN).join(', ')} and ${all.length - SHOWN} more` : all.join(', ')
  const are = all.length === 1 ? 'is' : 'are'
  return new TenfoldError(code, `no ${what} ${quote(name)}; there ${are} ${shown || 'none'}`)
}

const SHOWN = 20
