import type { ContextMatch } from './pem-and-url.ts'
import { WITHOUT_FORM } from './keys-without-pattern.ts'
import { isKeyText } from './is-key-text.ts'
import { isRandom } from './entropy.ts'
import { SHORTEST_SHAPE, shapesIn } from './key-shapes.ts'

/**
 * Finds credentials among the long words of a text: keys of a known shape, and `api_key=…`, `Authorization: Bearer …`
 * and the like, followed by what is not a word.
 */
export function* named(text: string): Generator<ContextMatch> {
  if (text.length < SHORTEST) return
  for (const { index, 0: word } of text.matchAll(LONG_WORD)) {
    if (word.length >= SHORTEST_SHAPE) yield* shapesIn(text, index, word.length)
    // Most long words are names, and no key of small letters alone is as short.
    if (word.length < LONG && !/[0-9]/.test(word)) continue
    // A word may hold its name: in `api_key=…` the sign is not part of the word, in `token.abc` the dot is.
    const lead = text.slice(Math.max(0, index - LEAD), index)
    if (!isKey(word, lead)) continue
    yield { what: WITHOUT_FORM, start: index, end: endOf(text, index + word.length) }
  }
}

const LONG_WORD = /[A-Za-z0-9+/_~.-]{16,}={0,2}/g
/** A name of four letters, a sign, and sixteen characters. */
const SHORTEST = 20
const LONG = 20
/** How much of a text is searched for the name that precedes a word. */
const LEAD = 96

const SECRETS =
  'keys?|tokens?|secrets?|passw(?:or)?d|pwd|passphrase|bearer|auth|authori[sz]ation|basic|credentials?|creds|runware'
const ANY_NAME = new RegExp(SECRETS, 'i')
/** A suffix that still belongs to a name: `API_KEY_2`, `secret_key_base`. */
const NAME = `(?:${SECRETS})(?:[_-]?(?:[0-9]{1,3}|prod(?:uction)?|dev|test|staging|live|base|value|string))?`

const CLOSING = '["\'`)\\]}>*]{0,4}'
/** A sign of YAML's blocks may follow as well. */
const OPENING = '(?:[|>][+-]?\\s{1,12})?["\'`(<\\[{*$]{0,4}\\s{0,2}["\'`(]{0,2}'
/** The one word that source code and markup put between a name and its sign: a type, or `value`. */
const TYPE =
  "(?:\\s?\\{ ?get; ?(?:(?:private )?(?:set|init); ?)?\\}|(?:\\s{1,12}|:\\s{0,2})[&*']{0,2}[A-Za-z][A-Za-z0-9_.<>\\[\\]?]{0,24}(?=\\s{0,4}[:?.+|]{0,2}[:=]))?"
const ASSIGNS = '(?:[?+.|:]{0,3}=>?|:{1,2}|->|,|\\||→|–|—)'
/** A tag's end is a sign by itself. */
const SIGN = `(?:${CLOSING}${TYPE}\\s{0,12}${ASSIGNS}\\s{0,12}${OPENING}|>\\s{0,12})`
const SCHEME = '(?:(?:bearer|basic|token|key|api-?key|bot)\\s{1,2})?'
const ASSIGNED = new RegExp(`(${NAME})${SIGN}${SCHEME}$`, 'i')
/** `--api-key …`, and `Bearer …` anywhere. */
const FLAG = /(?:\s--?[a-z-]{0,24}(?:key|token|secret|password)|\bbearer)\s{1,2}["']?$/i

/** In a sentence, only a word or two may come between. */
const LINK = '["\'`)\\]]{0,2}\\s{0,3}(?:[:=]{1,2}>?|is)?\\s{0,3}["\'`(]{0,2}'
const NAME_IN_PROSE = new RegExp(`(?:${SECRETS})${LINK}(?:(?:bearer|basic|token)\\s{1,2})?$`, 'i')
/** Names that even in a sentence have nothing but a key behind them. */
const KEYS =
  '(?:api|subscription|access|secret|account|azure|openai|client|shared|auth)[ _-]?(?:key|secret|token)|passw(?:or)?d'
const KEY_IN_PROSE = new RegExp(`(?:${KEYS})${LINK}$`, 'i')

/** Public by their very name, or what a database, a cache or a page finds its entries by. */
const PUBLIC = new RegExp(
  '(?:public|publishable|pub|site|cache|primary|foreign|sort|partition|range|hash|unique|composite|surrogate|natural|' +
    'idempotency|routing|object|index|map|translation|i18n|page|cursor|continuation|next|sync|dedup(?:lication)?)' +
    '[ _-]?(?:key|token)s?[_-]?[0-9]{0,3}$',
  'i',
)

/** A fingerprint, which is public. */
const DIGEST = /\b(?:sha-?[0-9]{1,3}|md5)[:=-]$/i

function isKey(word: string, lead: string): boolean {
  if (!ANY_NAME.test(lead) || DIGEST.test(lead)) return false
  const assigned = ASSIGNED.exec(lead)
  const name = assigned === null ? lead.replace(/[^A-Za-z0-9]+(?:is)?[^A-Za-z0-9]*$/, '') : nameIn(lead, assigned)
  if (PUBLIC.test(name)) return false
  if (assigned !== null || FLAG.test(lead) || KEY_IN_PROSE.test(lead)) return isKeyText(word)
  return NAME_IN_PROSE.test(lead) && isRandom(word) && !/^sha[0-9]+-|[./].*[./]/.test(word)
}

function nameIn(lead: string, { index, 1: name = '' }: RegExpExecArray): string {
  return lead.slice(0, index + name.length)
}

/** Some keys are an id and a secret, with a colon between them. */
const REST = /:[A-Za-z0-9+/_~.-]{16,}={0,2}/y

function endOf(text: string, end: number): number {
  REST.lastIndex = end
  return REST.test(text) ? REST.lastIndex : end
}
