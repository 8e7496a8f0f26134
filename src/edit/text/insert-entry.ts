import type { Edit } from '../../source/diagnostic-types.ts'
import type { Entry, MapNode } from '../../source/source-nodes.ts'
import type { WrittenForm } from './entry-form.ts'
import { type Layout, endOf, lineStart, linesEnd, nextLine } from './lines-and-indentation.ts'

/** Inserts a new entry on lines of its own, behind the one that it follows. */
export function insertIntoBlock(
  text: string,
  map: MapNode,
  { head, body, open }: WrittenForm,
  key: string,
  { column, eol }: Layout & { readonly column: number },
): Edit[] {
  const before = predecessor(map, key)
  const at = before === undefined ? text.length : linesEnd(text, before)
  const lines = [' '.repeat(column) + head, ...body].join(eol)
  // The last line may have no end; then the new one gets none either, unless its end is part of its content.
  const isBare = at > 0 && text[at - 1] !== '\n'
  return [{ start: at, end: at, text: isBare ? `${eol}${lines}${open ? eol : ''}` : `${lines}${eol}` }]
}

/** Inserts a new entry between braces: on a line of its own where the others have theirs. */
export function insertIntoFlow(text: string, map: MapNode, entry: string, key: string, { eol }: Layout): Edit[] {
  const before = predecessor(map, key)
  if (before === undefined) {
    const isEmpty = text.slice(map.start + 1, map.end - 1).trim() === ''
    const start = map.start + 1
    return [isEmpty ? { start, end: map.end - 1, text: ` ${entry} ` } : { start, end: start, text: ` ${entry}` }]
  }
  const end = endOf(text, before)
  const comma = behindComma(text, end)
  if (!hasOwnLines(text, before)) return [{ start: end, end, text: `, ${entry}` }]
  const at = nextLine(text, end)
  const indent = text.slice(lineStart(text, before.keySpan.start), before.keySpan.start)
  const line = { start: at, end: at, text: `${indent}${entry}${comma === undefined ? '' : ','}${eol}` }
  return comma === undefined ? [{ start: end, end, text: ',' }, line] : [line]
}

/** Whether an entry of a flow mapping shares its lines with nothing but a comment. */
export function hasOwnLines(text: string, entry: Entry): boolean {
  const { start } = entry.keySpan
  const end = endOf(text, entry)
  const behind = behindComma(text, end) ?? end
  return text.slice(lineStart(text, start), start).trim() === '' && /^[ \t]*(?:#.*)?\r?\n/.test(text.slice(behind))
}

/** Returns the offset behind the next comma; undefined where there is none. */
export function behindComma(text: string, offset: number): number | undefined {
  const skipped = /^\s*,/.exec(text.slice(offset))?.[0]
  return skipped === undefined ? undefined : offset + skipped.length
}

/** The order in which people expect keys; the others come in the order in which they are written. */
const ORDER = [
  'id',
  'plan',
  'name',
  'overrides',
  'prompts',
  'author_profiles',
  'strategies',
  'customized',
  'value',
  'default',
]

function predecessor({ entries }: MapNode, key: string): Entry | undefined {
  const rank = ORDER.indexOf(key)
  return entries.findLast((entry) => ORDER.indexOf(entry.key) < rank && ORDER.includes(entry.key)) ?? entries.at(-1)
}
