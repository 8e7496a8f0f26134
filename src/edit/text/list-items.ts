import type { Value } from '../../domain/plain-data.ts'
import type { Edit } from '../../source/diagnostic-types.ts'
import { type ListNode, type Node, type SourceFile, nodeAt, plain } from '../../source/source-nodes.ts'
import { confirmed, withValue } from './confirm-edit.ts'
import { inline, quoteOf } from './entry-form.ts'
import { behindComma } from './insert-entry.ts'
import { layoutOf, lineStart, nextLine } from './lines-and-indentation.ts'
import { put } from './put-value.ts'

/**
 * Returns the text of a file with an item at the end of a list that is a set; as it is where the list has it already,
 * or where something else is in its place. The other items stay as they are written. @throws {Failure}
 */
export function addItem(file: SourceFile, path: readonly string[], item: Value): string {
  const list = nodeAt(file.root, path)
  const items = itemsOf(list)
  if (items === undefined || items.includes(item)) return file.text
  const written = [...items, item]
  const edits = list?.is === 'list' && list.items.length > 0 ? addition(file, list, item) : undefined
  return (edits && confirm(file, path, edits, written)) ?? put(file, path, written)
}

/** Returns the text of a file without an item of a list; an empty list stays. @throws {Failure} */
export function takeItem(file: SourceFile, path: readonly string[], item: Value): string {
  const list = nodeAt(file.root, path)
  const items = itemsOf(list)
  if (list?.is !== 'list' || items?.includes(item) !== true) return file.text
  const left = items.filter((one) => one !== item)
  const edits = left.length > 0 ? removal(file, list, items.indexOf(item)) : undefined
  return (edits && confirm(file, path, edits, left)) ?? put(file, path, left)
}

/** Returns the items of a list of scalars; none where there is no list yet, undefined where something else is there. */
export function itemsOf(node: Node | undefined): Value[] | undefined {
  if (node === undefined || (node.is === 'scalar' && node.value === null)) return []
  if (node.is !== 'list') return undefined
  const items = node.items.flatMap((one) => (one.is === 'scalar' && one.value !== null ? [one.value] : []))
  return items.length === node.items.length ? items : undefined
}

function confirm(
  { root, ...file }: SourceFile,
  path: readonly string[],
  edits: Edit[],
  list: Value[],
): string | undefined {
  return root && confirmed({ root, ...file }, edits, withValue(plain(root), path, list))
}

function addition(file: SourceFile, list: ListNode, item: Value): Edit[] {
  const { text } = file
  const { eol } = layoutOf(file)
  const last = list.items.at(-1)
  if (last === undefined) return []
  const quote = quoteOf(text, list.items)
  if (!isFlowList(text, list)) {
    const at = nextLine(text, last.end)
    const column = text.slice(lineStart(text, last.start)).search(/[^ ]/)
    const line = `${' '.repeat(column)}- ${inline(item, false, quote)}`
    return [{ start: at, end: at, text: text[at - 1] === '\n' ? `${line}${eol}` : `${eol}${line}` }]
  }
  const written = inline(item, true, quote)
  if (!hasOwnLine(text, last)) return [{ start: last.end, end: last.end, text: `, ${written}` }]
  const comma = behindComma(text, last.end)
  const at = nextLine(text, comma ?? last.end)
  const indent = text.slice(lineStart(text, last.start), last.start)
  const line = { start: at, end: at, text: `${indent}${written}${comma === undefined ? '' : ','}${eol}` }
  return comma === undefined ? [{ start: last.end, end: last.end, text: ',' }, line] : [line]
}

function removal(file: SourceFile, list: ListNode, i: number): Edit[] {
  const { text } = file
  const [before, item, after] = [list.items[i - 1], list.items[i], list.items[i + 1]]
  if (item === undefined) return []
  if (!isFlowList(text, list)) {
    return [{ start: lineStart(text, item.start), end: nextLine(text, item.end), text: '' }]
  }
  if (hasOwnLine(text, item)) {
    const comma = behindComma(text, item.end)
    const line = { start: lineStart(text, item.start), end: nextLine(text, comma ?? item.end), text: '' }
    // The one that is now the last has a comma behind it only if the last one had one.
    const left = before === undefined || comma !== undefined ? undefined : behindComma(text, before.end)
    return left === undefined ? [line] : [{ start: left - 1, end: left, text: '' }, line]
  }
  if (before !== undefined) return [{ start: before.end, end: item.end, text: '' }]
  return [{ start: item.start, end: after?.start ?? item.end, text: '' }]
}

function isFlowList(text: string, { start }: ListNode): boolean {
  return text[start] === '['
}

/** Whether an item of a flow list shares its line with nothing but a comment. */
function hasOwnLine(text: string, { start, end }: Node): boolean {
  const behind = behindComma(text, end) ?? end
  return text.slice(lineStart(text, start), start).trim() === '' && /^[ \t]*(?:#.*)?\r?\n/.test(text.slice(behind))
}
