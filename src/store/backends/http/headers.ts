import { StoreFailure } from '../../../base/failure.ts'
import { quote } from '../../../base/quote-name.ts'
import { causeFrom } from '../../../base/describe-thrown.ts'

/** The headers that a private store requires: an object by name, such as `authorization`, `Headers` or pairs. */
export type StoreHeaders = Readonly<Record<string, string>> | Iterable<readonly [name: string, value: string]>

/** Checked headers, with lower-case names. */
export type CheckedHeaders = Readonly<Record<string, string>>

/** Gets the headers from the service. @throws {StoreFailure} `wrong-option`, `unreadable`; no message shows a value. */
export async function headersFrom(ask: () => StoreHeaders | Promise<StoreHeaders>): Promise<CheckedHeaders> {
  let entries: readonly (readonly [string, unknown])[] | undefined
  try {
    entries = entriesOf(await ask())
  } catch (error) {
    throw new StoreFailure('unreadable', 'the function `headers` failed', {
      help: 'correct it: what it threw is the cause',
      cause: causeFrom(error),
    })
  }
  if (entries === undefined) {
    throw new StoreFailure('wrong-option', 'what `headers` gives is no object of texts, Headers or pairs')
  }
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), checked(name, value)]))
}

/** Returns the headers' entries; undefined if none can be seen: a class instance hides any behind its methods. */
function entriesOf(given: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  if (!isIterable(given)) return isPlain(given) ? Object.entries(given) : undefined
  const entries: [string, unknown][] = []
  for (const pair of given) {
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string') return undefined
    entries.push([pair[0], pair[1]])
  }
  return entries
}

function isIterable(given: object): given is Iterable<unknown> {
  return Symbol.iterator in given
}

/** Whether an object is plain, from any realm: its prototype has no prototype itself. */
function isPlain(given: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(given)
  return typeof prototype !== 'object' || prototype === null || Object.getPrototypeOf(prototype) === null
}

function checked(name: string, value: unknown): string {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    throw new StoreFailure('wrong-option', `\`headers\` gives ${quote(name)}, which is no name of a header`)
  }
  if (OURS.test(name)) {
    throw new StoreFailure('wrong-option', `\`headers\` gives ${quote(name)}, which is not for a service to set`)
  }
  if (typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value
  throw new StoreFailure(
    'wrong-option',
    `\`headers\` gives ${quote(name)} a value that is no text, or has a line break or another character that no header may have`,
  )
}

/** Headers that determine where a message ends and goes, or which bytes are requested. */
const OURS = new RegExp(
  '^(?:host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|accept-encoding|cache-control|' +
    'range|if-.*|content-.*|proxy-.*)$',
  'i',
)
