import { isUtf8 } from 'node:buffer'
import { KEY_BYTES } from './patterns/index.ts'
import { GAP } from './patterns/pattern-types.ts'

/** Removes invisible characters, and makes look-alike widths plain. */
export function decodings(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text
  return text
    .replace(INVISIBLE, '')
    .replace(/[^\x00-\x7f]+/g, (run) => run.normalize('NFKC'))
    .replace(INVISIBLE, '')
}

const INVISIBLE = new RegExp(
  '[\\u00ad\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e]|' +
    '[\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb]|' +
    '\\u034f|[\\u180b-\\u180d]|[\\ufe00-\\ufe0f]|[\\u{e0000}-\\u{e01ef}]',
  'gu',
)

/** Replaces the escapes of URLs, of HTML and of source code by what they encode. */
export function unescaped(text: string): string {
  return text
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => fromCode(hex, 16))
    .replace(/&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([a-zA-Z]{2,8}));/g, entity)
    .replace(/\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|U([0-9A-Fa-f]{8})|([0-7]{3}))/g, escape)
    .replace(/\\[nrt]/g, '\n')
}

function entity(whole: string, decimal?: string, hex?: string, name = ''): string {
  if (decimal !== undefined) return fromCode(decimal, 10)
  return hex === undefined ? (ENTITIES.get(name) ?? whole) : fromCode(hex, 16)
}

const ENTITIES = new Map([
  ['lowbar', '_'],
  ['hyphen', '-'],
  ['dash', '-'],
  ['period', '.'],
  ['colon', ':'],
  ['sol', '/'],
  ['plus', '+'],
  ['equals', '='],
  ['commat', '@'],
  ['quot', '"'],
  ['apos', "'"],
  ['amp', '&'],
  ['nbsp', ' '],
  ['NewLine', '\n'],
  ['shy', ''],
  ['zwj', ''],
  ['zwnj', ''],
  ['lrm', ''],
  ['rlm', ''],
])

function escape(_: string, x?: string, u?: string, code?: string, long?: string, octal?: string): string {
  return octal === undefined ? fromCode(x ?? u ?? code ?? long ?? '', 16) : fromCode(octal, 8)
}

function fromCode(digits: string, base: number): string {
  const code = Number.parseInt(digits, base)
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}

/** Reverses a text. Whatever is not ASCII is in no key, and need not survive. */
export function backwards(text: string): string {
  return Buffer.from(text).reverse().toString('latin1')
}

/** Moves letters by thirteen. */
export function rotated(text: string): string {
  const bytes = Buffer.from(text)
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    const letter = byte & 0xdf
    if (byte < 0x80 && letter >= 65 && letter <= 90) bytes[i] = letter < 78 ? byte + 13 : byte - 13
  }
  return bytes.toString('latin1')
}

/** Marks where a key may have been cut: at whitespace, and between one quoted part and the next. */
export function gapped(text: string): string {
  return text
    .replace(/[\s\\\u0001]+/g, GAP)
    .replace(/["'`]\u0001?[+.,&|]{0,2}\u0001?["'`]/g, GAP)
    .replace(/\u0001{2,}/g, GAP)
}

/**
 * Yields what the base64 and the hexadecimal in a text encode. A run may begin anywhere in what is read as one, so that
 * each of its alignments is decoded.
 */
export function* decoded(text: string): Generator<string> {
  if (text.length < 20) return
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{20,}/g)) {
    for (let from = 0; from < 4; from++) yield* legible(Buffer.from(run.slice(from), 'base64'))
  }
  if (!MAY_BE_DIGITS.test(text)) return
  const digits = text.replace(/0x|\\x/gi, '').replace(/[\s:,;|_\u0001-]+/g, '')
  for (const [run] of digits.matchAll(/[0-9A-Fa-f]{24,}/g)) {
    for (let from = 0; from < 2; from++) yield* legible(Buffer.from(run.slice(from), 'hex'))
  }
}

/** Digits, and whatever is left out between them: few texts go on like this for long. */
const MAY_BE_DIGITS = /[0-9A-Fa-fxX\\\s:,;|_\u0001-]{24}/

/** Yields the text in some bytes: all of it or, where the rest is an image or noise, the stretches that can be read. */
function* legible(bytes: Buffer): Generator<string> {
  if (isUtf8(bytes)) {
    yield bytes.toString()
    return
  }
  const text = bytes.toString('latin1')
  if (KEY_BYTES.test(text)) yield text
  else for (const [stretch] of text.matchAll(/[\t\n\r\x20-\x7e]{12,}/g)) yield stretch
}
