import { backwards, decoded, gapped, rotated, decodings, unescaped } from './decode-disguises.ts'
import { GAP } from './patterns/pattern-types.ts'
import { acrossGaps, searchUndecoded } from './search-undecoded-text.ts'
import { isHighEntropyAnywhere } from './entropy.ts'

/** Returns the kind of credential that a text holds, plain or encoded; undefined where it holds none. */
export function credentialIn(text: string): string | undefined {
  return text.length < SHORTEST || isLowEntropy(text) ? undefined : scrutinised(text)
}

/** Does the same with every decoder that there is. */
export const scrutinised = remembered((text) => search(decodings(text), DEPTH))

/**
 * Whether one pass is enough to see that a text, like most, holds nothing, however encoded: there is nothing to undo in
 * it (no escapes, nothing beyond ASCII), it has no sign of a PEM or a URL, no word as long as a credential that has a
 * beginning or a name, and it is too short or too even to hide one across its gaps.
 */
export function isLowEntropy(text: string): boolean {
  return !UNCALM.test(text) && (text.length < SHORTEST_FORM || !isHighEntropyAnywhere(text))
}

/** A Slack token, from which nothing but letters, digits and these signs may be left out. */
const SHORTEST_FORM = 15
const UNCALM = new RegExp(`[^\\n\\x20-\\x7e]|[%&\\\\]|--|//|[A-Za-z0-9+/_.~=-]{${SHORTEST_FORM}}`)

/** Returns the kind of credential that runs through adjacent texts. */
export function credentialAcross(texts: readonly string[]): string | undefined {
  const text = decodings(texts.join('\n'))
  return text.length >= SHORTEST_FORM && isHighEntropyAnywhere(text) ? acrossAll(text) : undefined
}

const acrossAll = remembered((text) => inGaps(gapped(text), DEPTH))

/**
 * Remembers the last texts, so that each is searched once: many files contain the same, such as the prompt that they
 * had before their own.
 */
export function remembered(search: (text: string) => string | undefined): typeof search {
  const known = new Map<string, { readonly what: string | undefined }>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found.what
    const what = search(text)
    if (known.size === MANY) known.clear()
    // A copy: a slice would keep the whole file that it is cut from.
    if (text.length <= LONG) known.set(Buffer.from(text, 'utf16le').toString('utf16le'), { what })
    return what
  }
}

/** A URL with a password is the shortest credential that there is. */
export const SHORTEST = 10

const MANY = 2_000
const LONG = 4_096

/** The number of encodings that may be nested. */
const DEPTH = 3

/** Letters are moved in the text itself alone, and not in what it decodes to. */
function search(text: string, depth: number): string | undefined {
  const found = lookOnce(text) ?? inEscapes(text, depth)
  if (found !== undefined || !isHighEntropyAnywhere(text)) return found
  const back = backwards(text)
  return (
    lookOnce(back) ??
    (depth === DEPTH ? lookOnce(rotated(text)) : undefined) ??
    inDecoded(text, back, depth) ??
    inGaps(gapped(text), depth)
  )
}

function lookOnce(text: string): string | undefined {
  for (const { what } of searchUndecoded(text)) return what
  return undefined
}

function inEscapes(text: string, depth: number): string | undefined {
  const plain = depth === 0 ? text : unescaped(text)
  return plain === text ? undefined : search(decodings(plain), depth - 1)
}

function inDecoded(text: string, back: string, depth: number): string | undefined {
  if (depth === 0) return undefined
  for (const inner of decoded(text)) {
    const found = search(decodings(inner), depth - 1)
    if (found !== undefined) return found
  }
  return depth === DEPTH ? inDecoded(back, '', 1) : undefined
}

/** A text without gaps was searched already. */
function inGaps(text: string, depth: number): string | undefined {
  if (!text.includes(GAP)) return undefined
  const back = backwards(text)
  return acrossGaps(text) ?? acrossGaps(back) ?? inDecoded(text.replaceAll(GAP, ''), back.replaceAll(GAP, ''), depth)
}
