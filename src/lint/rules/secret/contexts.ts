import type { Span } from '../../../compile/source.ts'
import { WITHOUT_FORM } from './formless.ts'
import { isRandom } from './random.ts'

export interface Found extends Span {
  readonly what: string
}

const PEM = /-{2,5} ?BEGIN[A-Z0-9 ]{0,40}PRIVATE ?KEY(?: ?BLOCK)? ?-{2,5}|PuTTY-User-Key-File-[0-9]/g
const PEM_END = /-{2,5} ?END[A-Z0-9 ]{0,40}PRIVATE ?KEY(?: ?BLOCK)? ?-{2,5}/g

/** To its last line, or to the end of the text where that is missing. */
export function* pem(text: string): Generator<Found> {
  if (!text.includes('--') && !text.includes('PuTTY')) return
  for (const { index } of text.matchAll(PEM)) {
    PEM_END.lastIndex = index
    const end = PEM_END.exec(text)
    const last = end === null ? text.length : end.index + end[0].length
    yield { what: 'a private key', start: index, end: last }
    if (end === null) return
  }
}

/** `https://user:password@host`, where the password is more than dots, stars, brackets and the like. */
const USERINFO = /:\/\/[^\s/?#:@"'<>]{0,100}:([^\s/?#@"'<>]{3,200})@[A-Za-z0-9[]/g
const NO_PASSWORD = /^(?:[^A-Za-z0-9]*|(.)\1*|[${[*].*|YOUR.*)$/i

export function* inUrl(text: string): Generator<Found> {
  if (!text.includes('://')) return
  for (const { index, 0: found, 1: password = '' } of text.matchAll(USERINFO)) {
    if (NO_PASSWORD.test(password)) continue
    yield { what: 'a URL with a password', start: index, end: index + found.length - 1 }
  }
}

const LONG_WORD = /[A-Za-z0-9+/_~.-]{16,}={0,2}/g
const SECRETS = 'key|token|secret|passw(?:or)?d|passphrase|bearer|authori[sz]ation|basic|credentials?|runware'
/** What may stand between a name and its value. */
const SIGN = '["\'`)\\]]{0,2}\\s{0,3}(?:[:=]{1,2}>?|is)?\\s{0,3}["\'`(]{0,2}'
const NAME = new RegExp(`(?:${SECRETS})${SIGN}(?:(?:bearer|basic|token)\\s{1,2})?$`, 'i')
/** Public by their very name. */
const PUBLIC = /(?:public|publishable|cache|primary|foreign|sort)[ _-]?key[^A-Za-z]*$/i
/** Names behind which even a digest is a key. */
const KEYS = '(?:api|subscription|access|secret|account|azure|client|shared)[ _-]?(?:key|secret)|passw(?:or)?d'
const KEY_NAME = new RegExp(`(?:${KEYS})${SIGN}$`, 'i')

/** `api_key=…`, `Authorization: Bearer …` and the like, with something random behind it. */
export function* named(text: string): Generator<Found> {
  if (text.length < 20) return
  for (const { index, 0: word } of text.matchAll(LONG_WORD)) {
    // A word may hold its name: in `api_key=…` the sign is none of the word's, in `token.abc` the dot is.
    const lead = text.slice(Math.max(0, index - 48), index)
    const isKey = isRandom(word) && !/^sha[0-9]+-|[./].*[./]/.test(word) && NAME.test(lead) && !PUBLIC.test(lead)
    const isHex = /^[0-9a-f]{32,64}$/i.test(word) && !/^[0-9]+$|(.)\1{5}/.test(word) && KEY_NAME.test(lead)
    if (isKey || isHex) yield { what: WITHOUT_FORM, start: index, end: index + word.length }
  }
}
