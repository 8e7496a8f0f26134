import type { Edit } from '../../source/diagnostic-types.ts'
import type { Entry, Node, ScalarNode } from '../../source/source-nodes.ts'
import type { WrittenForm } from './entry-form.ts'
import { behindColon, endOf, nextLine } from './lines-and-indentation.ts'

/** Replaces the value of an entry. A comment behind the value, or behind the header of a block, stays. */
export function replace(text: string, entry: Entry, form: WrittenForm, eol: string): Edit[] {
  const { value } = entry
  if (value.is === 'scalar' && value.style === 'block') return [replaceBlock(text, value, form, eol)]
  const head = replaceOnLine(text, entry, form.head)
  if (form.body.length === 0) return [head]
  const at = nextLine(text, endOf(text, entry))
  const body = form.body.join(eol)
  const isBare = text[at - 1] !== '\n'
  return [head, { start: at, end: at, text: isBare ? `${eol}${body}${form.open ? eol : ''}` : `${body}${eol}` }]
}

/** Replaces the part on the key's line; an empty head takes the space before it along. */
function replaceOnLine(text: string, entry: Entry, head: string): Edit {
  const { value } = entry
  const colon = behindColon(text, entry)
  const end = endOf(text, entry)
  const spaced = head === '' ? '' : ` ${head}`
  if (value.end > value.start) {
    const isMoved = colon !== undefined && (head === '' || isBelow(text, colon, value))
    return isMoved ? { start: colon, end, text: spaced } : { start: value.start, end, text: head }
  }
  return { start: end, end, text: colon === undefined ? `:${spaced}` : spaced }
}

/** Whether a list or a mapping begins on a line below its key's, and nothing else does: what is on one line moves up. */
function isBelow(text: string, colon: number, { is, start }: Node): boolean {
  return is !== 'scalar' && !'[{'.includes(text.charAt(start)) && text.slice(colon, start).trim() === ''
}

function replaceBlock(text: string, { start, end }: ScalarNode, { head, body, open }: WrittenForm, eol: string): Edit {
  const header = /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? ''
  const comment = commentIn(header)
  const lines = body.length === 0 ? [head + comment] : [head + comment, ...body]
  return { start, end, text: lines.join(eol) + (open && end === text.length ? eol : '') }
}

/** Returns a line's comment with the space before it, which a pattern would search from each of its characters. */
function commentIn(line: string): string {
  const sign = line.search(/[ \t]#/)
  let from = sign
  while (from > 0 && ' \t'.includes(line.charAt(from - 1))) from--
  return sign < 0 ? '' : line.slice(from)
}
