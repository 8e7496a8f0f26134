import { type ContextMatch, inUrl, pem } from './pem-and-url.ts'
import { PATTERNS } from './patterns/index.ts'
import { type CredentialPattern, GAP } from './patterns/pattern-types.ts'
import { WITHOUT_FORM, isKeyWithoutForm } from './keys-without-pattern.ts'
import { isCamel } from './is-key-text.ts'
import { named } from './keys-by-name.ts'
import { isPlaceholder, entropyRank } from './entropy.ts'
import { anyOf, escaped } from './prefix-regexp.ts'

/** Finds the credentials that are in a text unencoded, first those that have a form, then those that have a context. */
export function* searchUndecoded(text: string): Generator<ContextMatch> {
  yield* formed(text)
  yield* pem(text)
  yield* inUrl(text)
  yield* named(text)
  const bare = text.length > 64 ? '' : text.replace(/^[\s"'`<(]+|[\s"'`>).,;]+$/g, '')
  if (isKeyWithoutForm(bare)) {
    const start = text.indexOf(bare)
    yield { what: WITHOUT_FORM, start, end: start + bare.length }
  }
}

/** Returns the kind of key that runs across the marked gaps of a text. */
export function acrossGaps(text: string): string | undefined {
  for (const { start, index, end } of splitStarts(text)) {
    const behind = text.slice(end, end + 2 * WINDOW)
    const window = behind.replaceAll(GAP, '').slice(0, WINDOW)
    if (!/[0-9]/.test(window) || isSlug(behind, start.length)) continue
    const found = formAt(text, index, start, window)
    // Words run together resemble a key as well, until one counts how often they change from letters to digits.
    if (found === undefined) continue
    if (found.form.sure === true || isRestless(found.rest, end - index)) return found.form.what
  }
  if (text.includes('-')) for (const { what } of pem(text.replaceAll(GAP, ''))) return what
  const pieces = text.length > 64 ? [] : text.split(GAP).filter((piece) => piece !== '')
  const whole = pieces.join('')
  const isCut = pieces.length <= 4 && pieces.every((piece) => piece.length >= 4)
  return isCut && isKeyWithoutForm(whole) ? WITHOUT_FORM : undefined
}

/** Yields the beginnings in a text, whatever gaps are in them: they are found without the gaps, and placed with them. */
function* splitStarts(text: string): Generator<{ start: string; index: number; end: number }> {
  let [passed, at] = [0, 0]
  const placeOf = (offset: number): number => {
    while (passed < offset || text[at] === GAP) if (text[at++] !== GAP) passed++
    return at
  }
  for (const { index, 0: start } of text.replaceAll(GAP, '').matchAll(STARTS)) {
    const first = placeOf(index)
    yield { start, index: first, end: placeOf(index + start.length - 1) + 1 }
  }
}

/** Whether what follows a beginning up to the next gap is words: no key begins like that, whatever follows the gap. */
function isSlug(behind: string, start: number): boolean {
  const first = behind.slice(0, Math.max(0, behind.indexOf(GAP)))
  return (first.length >= 12 && isPlaceholder(first)) || (start < 5 && /^[a-z]{4,}$/.test(first))
}

/** A short beginning proves less than a long one. */
function isRestless(rest: string, start: number): boolean {
  const enough = start < 5 ? 0.25 : 0.1
  return [20, 32, 64].some((length) => entropyRank(rest.slice(0, length)) >= enough)
}

/** How much of a text is matched behind a beginning. */
const WINDOW = 80

const BY_START = new Map<string, CredentialPattern[]>()
for (const form of PATTERNS)
  for (const start of form.starts) BY_START.set(start, [...(BY_START.get(start) ?? []), form])

const LITERALS = [...BY_START.keys()]
/** The characters that one of them begins with. */
const FIRSTS = `(?=[${[...new Set(LITERALS.map((start) => escaped(start.charAt(0))))].join('')}])`
const STARTS = new RegExp(`${FIRSTS}(?:${anyOf(LITERALS)})`, 'g')

/** Whether a text may be the first part of a credential: cheap, and true of few. */
export function mayBegin(text: string): boolean {
  return BEGINNINGS.has(text) || HEADS.test(text)
}

const BEGINNINGS = new Set(LITERALS.flatMap((text) => Array.from(text, (_, i) => text.slice(0, i)).slice(2)))
const HEADS = new RegExp(`${FIRSTS}(?:${anyOf(LITERALS.map(head))})`)
/** The same, complete: all but a few begin a word. */
const INSIDE = PATTERNS.filter(({ after }) => after !== undefined).flatMap(({ starts }) => starts)
const OUTSIDE = LITERALS.filter((start) => !INSIDE.includes(start))
const WORD_HEADS = new RegExp(`(?:\\b|_)(?:${anyOf(OUTSIDE.map(head))})|${anyOf(INSIDE.map(head))}`)

function head(start: string): string {
  return start.slice(0, 6)
}

function* formed(text: string): Generator<ContextMatch> {
  if (!WORD_HEADS.test(text)) return
  let past = 0
  for (const { index, 0: start } of text.matchAll(STARTS)) {
    // What is within a credential that was found is not another one.
    if (index < past) continue
    const from = index + start.length
    const found = formAt(text, index, start, text.slice(from, from + WINDOW))
    if (found === undefined) continue
    if (found.form.sure !== true && isNoKey(start, found.rest)) continue
    const lead = found.form.after === undefined ? 0 : startOfWord(text, index)
    past = endOfWord(text, from + found.rest.length)
    yield { what: found.form.what, start: index - lead, end: past }
  }
}

/** A short beginning is an identifier's as well, which goes on in small letters or in words run together. */
function isNoKey(start: string, rest: string): boolean {
  return isPlaceholder(rest) || (start.length < 5 && (/^[a-z]+$/.test(rest) || isCamel(rest)))
}

/** How much of a text is matched before a beginning that is inside a word. */
const LEAD = 96

function formAt(
  text: string,
  index: number,
  start: string,
  window: string,
): { form: CredentialPattern; rest: string } | undefined {
  for (const form of BY_START.get(start) ?? []) {
    const isFree =
      form.after === undefined
        ? !/[A-Za-z0-9]/.test(text.charAt(index - 1))
        : form.after.test(text.slice(Math.max(0, index - LEAD), index).replaceAll(GAP, ''))
    const rest = isFree ? form.rest.exec(window)?.[0] : undefined
    if (rest !== undefined) return { form, rest }
  }
  return undefined
}

const WORD = /[A-Za-z0-9_+/=.~-]*/y

function endOfWord(text: string, from: number): number {
  WORD.lastIndex = from
  return from + (WORD.exec(text)?.[0].length ?? 0)
}

/** Counts the characters of the same word before an offset: the first part of a JSON web token. */
function startOfWord(text: string, index: number): number {
  let start = index
  while (start > 0 && /[A-Za-z0-9_+/=-]/.test(text.charAt(start - 1))) start--
  return index - start
}
