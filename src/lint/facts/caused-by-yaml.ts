import { type Problem, type SourceFile, type Span, nodeAt, spanAt } from '../../source/source-nodes.ts'
import type { Violation } from '../../source/schema/violations.ts'

/**
 * Whether a violation only echoes what a `yaml/*` rule has reported: a scalar with a character that it may not have, a
 * tag, an alias or a merge key, which bring nothing here, or a key that is written twice: only one can be checked. An
 * unknown key is a matter of the key, whatever its value; but a key whose value is an anchor or an alias is mostly
 * there for the sake of it.
 */
export function isEchoOfYaml(file: SourceFile, { kind, path }: Violation): boolean {
  const { root, problems, text } = file
  if (problems.length === 0) return false
  const { starts, merges, anchors, tags, aliases, duplicated } = indexOf(file)
  const node = nodeAt(root, path)
  if (kind === 'missing-key' && node?.is === 'map') {
    for (let i = countUpTo(merges, (merge) => merge.start, node.start - 1); ; i++) {
      const merge = merges[i]
      if (merge === undefined || merge.start >= node.end) break
      // Entries are in the order of the text: only the last one before it can hold it.
      const before = node.entries[countUpTo(node.entries, ({ value }) => value.start, merge.start) - 1]
      if (before === undefined || merge.end > before.value.end) return true
    }
  }
  const blamed = kind === 'unknown-key' ? spanAt(root, path, 'key') : node?.is === 'scalar' ? node : undefined
  if (blamed !== undefined) {
    const end = Math.max(blamed.end, blamed.start + 1)
    if (countUpTo(starts, Number, end - 1) > countUpTo(starts, Number, blamed.start - 1)) return true
  }
  if (node !== undefined && kind !== 'missing-key') {
    if (isBehind(kind === 'unknown-key' ? anchors : tags, node, text)) return true
    if (kind === 'unknown-key' && aliases.has(node.start)) return true
  }
  if (duplicated.size === 0) return false
  return path.some((_, i) => duplicated.has(spanAt(root, path.slice(0, i + 1), 'key')?.start ?? -1))
}

/** Whether a tag comes before a value: the value's meaning is then the tag's. */
export function isTagged(file: SourceFile, node: Span): boolean {
  return file.problems.length > 0 && isBehind(indexOf(file).tags, node, file.text)
}

/** Whether the last of some marks before a value is the value's own. */
function isBehind(marks: readonly Span[], { start }: Span, text: string): boolean {
  const last = marks[countUpTo(marks, ({ end }) => end, start) - 1]
  return last !== undefined && text.slice(last.end, start).trim() === ''
}

/** A file's problems in the order of its text, since there may be as many of them as of violations. */
interface Index {
  readonly starts: readonly number[]
  readonly merges: readonly Span[]
  readonly anchors: readonly Span[]
  readonly tags: readonly Span[]
  /** The offsets where they begin. */
  readonly aliases: ReadonlySet<number>
  /** The offsets where the first of two equal keys begins. */
  readonly duplicated: ReadonlySet<number>
}

function indexOf(file: SourceFile): Index {
  const known = indexes.get(file)
  if (known !== undefined) return known
  const sorted = [...file.problems].sort((a, b) => a.start - b.start)
  const of = (kind: Problem['kind']): Problem[] => sorted.filter((problem) => problem.kind === kind)
  const index: Index = {
    starts: sorted.map(({ start }) => start),
    merges: of('merge'),
    anchors: of('anchor'),
    tags: of('tag'),
    aliases: new Set(of('alias').map(({ start }) => start)),
    duplicated: new Set(sorted.flatMap((one) => (one.kind === 'duplicate-key' ? [one.first.start] : []))),
  }
  indexes.set(file, index)
  return index
}

const indexes = new WeakMap<SourceFile, Index>()

/** Counts those of some items, in the order of their offsets, whose offset does not exceed a maximum. */
function countUpTo<T>(sorted: readonly T[], offsetOf: (item: T) => number, most: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const item = sorted[middle]
    if (item !== undefined && offsetOf(item) <= most) low = middle + 1
    else high = middle
  }
  return low
}
