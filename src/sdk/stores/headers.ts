import { isObject } from '../../bundle/decode.ts'
import { TenfoldError, quote } from '../errors.ts'

/** What a private store wants to be asked with: headers by their names, such as `authorization`. */
export type StoreHeaders = Readonly<Record<string, string>>

/** Asks the service for them. @throws {TenfoldError} `invalid_option`, `store_unreadable`; no message shows a value. */
export async function headersFrom(ask: () => StoreHeaders | Promise<StoreHeaders>): Promise<StoreHeaders> {
  let given: unknown
  try {
    given = await ask()
  } catch (error) {
    throw new TenfoldError('store_unreadable', 'the function `headers` failed', { cause: error })
  }
  if (!isObject(given)) throw new TenfoldError('invalid_option', 'what `headers` gives is not an object of texts')
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), checked(name, value)]))
}

function checked(name: string, value: unknown): string {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    throw new TenfoldError('invalid_option', `\`headers\` gives ${quote(name)}, which is no name of a header`)
  }
  if (OURS.test(name)) {
    throw new TenfoldError('invalid_option', `\`headers\` gives ${quote(name)}, which is not for a service to set`)
  }
  if (typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value
  throw new TenfoldError(
    'invalid_option',
    `\`headers\` gives ${quote(name)} a value that is no text, or has a line break or another character that no header may have`,
  )
}

/** What says where a message ends and goes, or which bytes are wanted. */
const OURS = new RegExp(
  '^(?:host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|accept-encoding|cache-control|' +
    'range|if-.*|content-.*|proxy-.*)$',
  'i',
)
