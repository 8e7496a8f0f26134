import type { Span } from '../source/source-nodes.ts'

export interface ContextMatch extends Span {
  readonly what: string
}

const PEM = /-{2,5} ?BEGIN[A-Z0-9 ]{0,40}PRIVATE ?KEY(?: ?BLOCK)? ?-{2,5}|PuTTY-User-Key-File-[0-9]/g
const PEM_END = /-{2,5} ?END[A-Z0-9 ]{0,40}PRIVATE ?KEY(?: ?BLOCK)? ?-{2,5}/g

/**
 * Matches to its last line, or to the end of the text where that is missing. What begins within one is a part of it:
 * searching for the end from each beginning would take the square of the text's length.
 */
export function* pem(text: string): Generator<ContextMatch> {
  if (!text.includes('--') && !text.includes('PuTTY')) return
  let past = 0
  for (const { index } of text.matchAll(PEM)) {
    if (index < past) continue
    PEM_END.lastIndex = index
    const end = PEM_END.exec(text)
    past = end === null ? text.length : end.index + end[0].length
    yield { what: 'a private key', start: index, end: past }
  }
}

/** `https://user:password@host`, where the password is more than dots, stars, brackets and the like. */
const USERINFO = /:\/\/[^\s/?#:@"'<>]{0,100}:([^\s/?#@"'<>]{3,200})@[A-Za-z0-9[]/g
const NO_PASSWORD = /^(?:[^A-Za-z0-9]*|(.)\1*|[${[*].*|YOUR.*)$/i

export function* inUrl(text: string): Generator<ContextMatch> {
  if (!text.includes('://')) return
  for (const { index, 0: found, 1: password = '' } of text.matchAll(USERINFO)) {
    if (NO_PASSWORD.test(password)) continue
    yield { what: 'a URL with a password', start: index, end: index + found.length - 1 }
  }
}
