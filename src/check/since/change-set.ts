import { canonical } from '../../store/format/canonical-json.ts'
import type { FileKind } from '../../source/file-layout.ts'
import { parse } from '../../source/parse/parse-file.ts'
import type { FileContent } from '../../source/list-folder.ts'
import { type SourceFile, nodeAt, plain } from '../../source/source-nodes.ts'
import type { Place, When } from '../../lint/rule.ts'

/**
 * The effect of a change on the files, by path; `everything` where there was nothing before it. Plain data, so that a
 * worker can be sent what it needs of it.
 */
export type ChangeSet = 'everything' | ReadonlyMap<string, FileChange>

export interface FileChange {
  readonly kind: FileKind
  /** Undefined where there was no such file. */
  readonly before: FileContent | undefined
  readonly after: FileContent | undefined
}

/** Whether a change wrote the value at a place. A file is parsed when it is first asked about. */
export function touchedBy(changes: ChangeSet): NonNullable<When['touched']> {
  if (changes === 'everything') return () => true
  const parsed = new Map<string, { before: SourceFile | undefined; after: SourceFile | undefined }>()
  return (place) => {
    const change = changes.get(place.file)
    if (change === undefined) return false
    const known = parsed.get(place.file)
    const sides = known ?? {
      before: sourceOf(place.file, change.kind, change.before),
      after: sourceOf(place.file, change.kind, change.after),
    }
    if (known === undefined) parsed.set(place.file, sides)
    return valueAt(sides.before, place) !== valueAt(sides.after, place)
  }
}

function sourceOf(path: string, kind: FileKind, content: FileContent | undefined): SourceFile | undefined {
  return content === undefined || content === 'too-large' ? undefined : parse(path, kind, content)
}

function valueAt(file: SourceFile | undefined, place: Place): string | undefined {
  const node = 'path' in place ? nodeAt(file?.root, place.path) : undefined
  return node && canonical(plain(node))
}
