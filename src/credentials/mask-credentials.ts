import { SHORTEST, credentialAcross, credentialIn } from './detect-credential.ts'
import { WITHOUT_FORM, isKeyWithoutForm } from './keys-without-pattern.ts'
import { searchUndecoded } from './search-undecoded-text.ts'
import { isNoWord } from './entropy.ts'

/** Masks every credential in a text, each by as many characters as it has; not even a part of one is left. */
export function maskCredentials(text: string): string {
  if (text.length < SHORTEST) return text
  let masked = maskPlain(text)
  if (credentialIn(masked) !== undefined) masked = maskDisguised(masked)
  // A key that is known by its length alone is also masked among other words, where it is no error.
  return masked.replace(/[A-Za-z0-9+/_=-]{32,}/g, (word) => {
    const [, folders = '', name = word] = PATH.exec(word) ?? []
    return isKeyWithoutForm(name) ? folders + MASK.repeat(name.length) : word
  })
}

/** A message may name a file by its path. */
const PATH = /^((?:[a-z0-9_-]{1,64}\/)+)([A-Za-z0-9]+)$/

const MASK = '•'

function maskPlain(text: string): string {
  const found = [...searchUndecoded(text)].sort((a, b) => a.start - b.start)
  let masked = ''
  let at = 0
  for (const span of found) {
    const [start, end] = [Math.max(at, beginOf(text, span.start)), span.end <= at ? at : endOf(text, span.end)]
    if (end <= at) continue
    masked += text.slice(at, start) + MASK.repeat(end - start)
    at = end
  }
  return masked + text.slice(at)
}

/**
 * An encoding does not reveal where it begins: this masks its word, with what may be the other half, and where it is
 * not a single word, everything.
 */
function maskDisguised(text: string): string {
  let isAfter = false
  let isSure = false
  const masked = text.replace(/\S+/g, (word) => {
    const what = credentialIn(word)
    isSure ||= what !== undefined && what !== WITHOUT_FORM
    isAfter = what !== undefined || (isAfter && isNoWord(word))
    return isAfter ? MASK.repeat(word.length) : word
  })
  const isWhole = credentialIn(masked) === undefined && (isSure || credentialAcross([text]) === undefined)
  return isWhole ? masked : masked.replace(/\S/g, MASK)
}

const NEXT = /[\s"'`+\\,]{1,16}([A-Za-z0-9_+/=.-]{6,})/y
const LAST = /([A-Za-z0-9_+/=.-]{6,})[\s"'`+\\,]{1,16}$/

/** The other half of a key may come after whitespace or quotes. */
function endOf(text: string, from: number): number {
  for (let end = from; ; ) {
    NEXT.lastIndex = end
    const next = NEXT.exec(text)
    if (next === null || !isNoWord(next[1] ?? '')) return end
    end = NEXT.lastIndex
  }
}

/** And what appears to be a beginning may be the middle. */
function beginOf(text: string, from: number): number {
  const last = LAST.exec(text.slice(Math.max(0, from - REACH), from))
  return last !== null && isNoWord(last[1] ?? '') ? from - last[0].length : from
}

const REACH = 400
