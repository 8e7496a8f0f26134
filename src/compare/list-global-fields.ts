import { isObject } from '../store/format/decode-json.ts'
import { type Node, type Path, type SourceFile, walk } from '../source/source-nodes.ts'
import type { Vocabulary } from '../domain/vocabulary.ts'
import { validate } from '../source/schema/validate-file.ts'
import { positionIn } from '../lint/locate-findings.ts'
import type { GlobalField } from './diff-types.ts'

/**
 * Returns every field of a global file by its name: the file without `.yaml`, and the path in it; for settings.yaml,
 * the path alone. None for a file that fails its schema. A list is one field, and so is an empty mapping, or an
 * optional variable would come and go unseen.
 */
export function globalFields(
  file: SourceFile,
  vocabulary: Vocabulary | undefined,
  show: (path: string) => string,
): Map<string, GlobalField> {
  const fields = new Map<string, GlobalField>()
  const { root } = file
  // A number where a text is meant keeps what is written in the file: 1.10 and not 1.1.
  const value: unknown = root === undefined ? undefined : validate({ ...file, root }, vocabulary).value
  if (root === undefined || value === undefined) return fields
  const prefix = file.path === 'settings.yaml' ? '' : `${file.path.slice(0, -'.yaml'.length)}.`
  for (const { node, path, entry } of walk(root)) {
    if (entry === undefined || !isField(node) || path.some((step) => typeof step === 'number')) continue
    const offset = node.end > node.start ? node.start : entry.keySpan.start
    const { line } = positionIn(file, offset)
    fields.set(`${prefix}${path.join('.')}`, { value: valueAt(value, path), file: show(file.path), line })
  }
  return fields
}

function isField(node: Node): boolean {
  return node.is !== 'map' || node.entries.length === 0
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value
  for (const step of path) at = isObject(at) ? at[step] : undefined
  return at
}
