import { shortened } from '../../base/shorten-text.ts'
import { maskCredentials } from '../../credentials/index.ts'

/** A text from the database appears in code, so that it mentions nobody, leads nowhere and is no HTML. */
export function code(text: string): string {
  const flat = shortened(onOneLine(maskCredentials(text)))
  let longest = 0
  for (const [run] of flat.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  const fence = '`'.repeat(longest + 1)
  return `${fence}${longest > 0 ? ` ${flat} ` : flat}${fence}`
}

/**
 * Our own words, with a few names from the database among them. A name may be anything: what Markdown, or a forge, would
 * take for more than words is code. A backslash would not do: a forge looks for mentions after Markdown has been read.
 */
export function prose(text: string): string {
  const parts = shortened(onOneLine(maskCredentials(text))).split(/("[^"]*"|`[^`]*`)/)
  const pieces = parts.flatMap((part, i) => (i % 2 === 1 ? [{ text: part, isCode: true }] : piecesOf(part)))
  let shown = ''
  let touching: string[] = []
  const end = (): void => {
    const [one = ''] = touching
    // Two that touch are one, as they stand: the backticks between them would be neither's.
    if (touching.length > 0) shown += code(touching.length === 1 ? bareOf(one) : touching.join(''))
    touching = []
  }
  for (const piece of pieces) {
    if (piece.isCode) touching.push(piece.text)
    else if (piece.text !== '') {
      end()
      shown += piece.text
    }
  }
  end()
  return shown
}

/** Returns a text without the quotes or the backticks around it. */
function bareOf(text: string): string {
  return /^(["`]).*\1$/.test(text) && text.length > 1 ? text.slice(1, -1) : text
}

interface Piece {
  readonly text: string
  readonly isCode: boolean
}

/** Parts the words that are more than words from those around them. */
function piecesOf(text: string): Piece[] {
  return text.split(/(\s+)/).flatMap((word): Piece[] => {
    if (word.trim() === '' || (PLAIN.test(word) && !LINK.test(word))) return [{ text: word, isCode: false }]
    const [, before = '', core = '', after = ''] = /^(\(?)(.*?)([),.;:]?)$/.exec(word) ?? []
    return [
      { text: before, isCode: false },
      { text: core, isCode: true },
      { text: after, isCode: false },
    ]
  })
}

const PLAIN = /^[\p{L}\p{N}\p{M}_.,;:()/'’…•=+?!%-]+$/u
/** A forge makes links of these by itself. */
const LINK = /:\/\/|www\./i

/** Neither a line nor its direction is for a name to change. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
}
