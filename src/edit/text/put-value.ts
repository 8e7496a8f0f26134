import type { Edit } from '../../source/diagnostic-types.ts'
import { type Entry, type MapNode, type SourceFile, entryOf, plain } from '../../source/source-nodes.ts'
import { type Writable, entryForm, formOf, isMap, quotingAt } from './entry-form.ts'
import { insertIntoBlock, insertIntoFlow } from './insert-entry.ts'
import { columnOf, isFlow, layoutOf } from './lines-and-indentation.ts'
import { confirmed, read, refuse, says, withValue } from './confirm-edit.ts'
import { replace } from './replace-value.ts'

/**
 * Returns the text of a file with a value put at a path, and the mappings that lead there where they do not exist yet.
 * What has the same value already is left as it is, and so is a file in which something else is in the way: the check
 * that follows every edit names it.
 *
 * @throws {Failure} where the file is written in a way that does not allow the edit.
 */
export function put(file: SourceFile, path: readonly string[], value: Writable): string {
  if (file.root?.is !== 'map') return file.text
  const expected = withValue(plain(file.root), path, value)
  if (says(file, file.text, expected)) return file.text
  for (const blocks of [true, false]) {
    const edits = editsFor(file, file.root, path, value, blocks)
    if (edits === undefined) return file.text
    const text = confirmed(file, edits, expected)
    if (text !== undefined) return text
  }
  throw refuse(file)
}

/** Puts several values, one after another. */
export function putAll(file: SourceFile, values: readonly Put[]): string {
  return values.reduce((before, [path, value]) => read(file, put(before, path, value)), file).text
}

export type Put = readonly [path: readonly string[], value: Writable]

/** Returns undefined where a list or a scalar is in the place of a mapping. */
function editsFor(
  file: SourceFile,
  root: MapNode,
  path: readonly string[],
  value: Writable,
  blocks: boolean,
): Edit[] | undefined {
  const { text } = file
  const layout = layoutOf(file)
  const around = [root]
  let map = root
  let flow = isFlow(text, root)
  for (const [i, key] of path.entries()) {
    const rest = nested(path.slice(i + 1), value)
    const column = flow ? 0 : columnOf(text, map)
    const entry = entryOf(map, key)
    const quoting = quotingAt(text, around, entry)
    const where = { ...layout, column, flow: flow || isWrittenInFlow(text, map, rest), blocks, quoting }
    if (entry === undefined) {
      if (flow) return insertIntoFlow(text, map, entryForm(key, rest, where).head, key, layout)
      return insertIntoBlock(text, map, entryForm(key, rest, where), key, where)
    }
    if (i === path.length - 1 || isNothing(text, entry, flow)) {
      return replace(text, entry, formOf(rest, where), layout.eol)
    }
    if (entry.value.is !== 'map') return undefined
    map = entry.value
    around.push(map)
    flow ||= isFlow(text, map)
  }
  return undefined
}

/** Whether an entry is a null, or an empty `{}` that may as well become a block. */
function isNothing(text: string, { value }: Entry, flow: boolean): boolean {
  if (value.is === 'scalar') return value.value === null
  return !flow && value.is === 'map' && /^\{\s*\}$/.test(text.slice(value.start, value.end))
}

/** Whether a new mapping goes on one line, because the mapping beside it does. */
function isWrittenInFlow(text: string, { entries }: MapNode, value: Writable): boolean {
  if (!isMap(value) || !Object.values(value).every(isShort)) return false
  const beside = entries.findLast((entry) => entry.value.is === 'map' && entry.value.entries.length > 0)?.value
  return beside?.is === 'map' && isFlow(text, beside)
}

function isShort(value: Writable): boolean {
  return typeof value !== 'object' && !(typeof value === 'string' && value.includes('\n'))
}

function nested(path: readonly string[], value: Writable): Writable {
  return path.reduceRight<Writable>((inner, key) => ({ [key]: inner }), value)
}
