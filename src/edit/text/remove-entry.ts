import type { Edit } from '../../source/diagnostic-types.ts'
import { type Entry, type MapNode, type Node, type SourceFile, nodeAt, plain } from '../../source/source-nodes.ts'
import { behindComma, hasOwnLines } from './insert-entry.ts'
import { endOf, isFlow, lineStart, linesEnd, nextLine } from './lines-and-indentation.ts'
import { confirmed, refuse, withValue } from './confirm-edit.ts'

/**
 * Returns the text of a file without the entry at a path, and without the mappings that this would leave empty: the
 * last field takes its section along, the last section takes `overrides`.
 *
 * @throws {Failure} where the file is written in a way that does not allow the edit.
 */
export function remove(file: SourceFile, path: readonly string[]): string {
  if (nodeAt(file.root, path) === undefined) return file.text
  const whole = emptied(file.root, path)
  const map = nodeAt(file.root, whole.slice(0, -1))
  if (map?.is !== 'map' || file.root === undefined) return file.text
  const i = map.entries.findIndex(({ key }) => key === whole.at(-1))
  const edits = inFlow(file, whole) ? flowRemoval(file.text, map, i) : blockRemoval(file.text, map.entries[i])
  const text = confirmed(file, edits, withValue(plain(file.root), whole, undefined))
  if (text !== undefined) return text
  throw refuse(file)
}

/** Returns the path of the outermost mapping that holds nothing but the path, or the path itself. */
function emptied(root: Node | undefined, path: readonly string[]): readonly string[] {
  if (path.length === 1) return path
  const parent = nodeAt(root, path.slice(0, -1))
  return parent?.is === 'map' && parent.entries.length === 1 ? emptied(root, path.slice(0, -1)) : path
}

function inFlow({ root, text }: SourceFile, path: readonly string[]): boolean {
  return path.some((_, i) => {
    const node = nodeAt(root, path.slice(0, i))
    return node?.is === 'map' && isFlow(text, node)
  })
}

/** Removes whole lines: from the key's to the last of its value, including a comment behind it. */
function blockRemoval(text: string, entry: Entry | undefined): Edit[] {
  if (entry === undefined) return []
  const start = lineStart(text, entry.keySpan.start)
  const end = linesEnd(text, entry)
  // Where the text ended without a line end, it still does.
  const isLast = end === text.length && !text.endsWith('\n')
  const before = isLast ? (/\r?\n$/.exec(text.slice(0, start))?.[0].length ?? 0) : 0
  return [{ start: start - before, end, text: '' }]
}

/** Removes an entry with the comma on one of its sides. */
function flowRemoval(text: string, { entries }: MapNode, i: number): Edit[] {
  const [before, entry, after] = [entries[i - 1], entries[i], entries[i + 1]]
  if (entry === undefined) return []
  const { start } = entry.keySpan
  const end = endOf(text, entry)
  const comma = behindComma(text, end)
  const previous = before === undefined ? undefined : endOf(text, before)
  if (hasOwnLines(text, entry)) {
    const lines = { start: lineStart(text, start), end: nextLine(text, comma ?? end), text: '' }
    // The entry that is now the last has a comma behind it only if the last one had one.
    const left = previous === undefined || comma !== undefined ? undefined : behindComma(text, previous)
    return left === undefined ? [lines] : [{ start: left - 1, end: left, text: '' }, lines]
  }
  const isClear = (from: number, to: number): boolean => !text.slice(from, to).includes('#')
  if (previous !== undefined && isClear(previous, start)) return [{ start: previous, end, text: '' }]
  if (after !== undefined && isClear(end, after.keySpan.start)) return [{ start, end: after.keySpan.start, text: '' }]
  return [{ start, end: comma ?? end, text: '' }]
}
