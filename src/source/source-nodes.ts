import type { FileKind } from './file-layout.ts'

/** A step into a document: a key or an index. */
export type Path = readonly (string | number)[]

/** A file's text and the tree that was read from it; every node keeps the span it came from. */
export interface SourceFile {
  /** Relative to the configuration's folder, with forward slashes. */
  readonly path: string
  readonly kind: FileKind
  readonly text: string
  /** Undefined where the text has no tree: a syntax error, an empty file, a limit. */
  readonly root: Node | undefined
  readonly problems: readonly Problem[]
}

/** UTF-16 offsets into the text; the end is exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

export type Node = MapNode | ListNode | ScalarNode

export interface MapNode extends Span {
  readonly is: 'map'
  readonly entries: readonly Entry[]
}

export interface Entry {
  readonly key: string
  readonly keySpan: Span
  readonly value: Node
}

export interface ListNode extends Span {
  readonly is: 'list'
  readonly items: readonly Node[]
}

export interface ScalarNode extends Span {
  readonly is: 'scalar'
  readonly value: string | number | boolean | null
  readonly style: 'plain' | 'quoted' | 'block'
}

/** A problem of the text itself, as a fact; the rules under `lint/rules/yaml` put it into words. */
export type Problem = Span & ProblemFact
type ProblemFact =
  | { readonly kind: 'syntax'; readonly what: string }
  | { readonly kind: 'conflict-marker' }
  | { readonly kind: 'duplicate-key'; readonly key: string; readonly first: Span }
  | { readonly kind: 'anchor' | 'alias' | 'merge' }
  | { readonly kind: 'tag' | 'directive'; readonly removable: Span | undefined }
  | { readonly kind: 'unsafe-number' }
  | { readonly kind: 'utf8' | 'bom' | 'control' | 'surrogate' | 'tab' | 'bidi' | 'invisible'; readonly more: number }
  | { readonly kind: 'second-document' | 'empty' }
  | { readonly kind: 'too-large' | 'too-deep' | 'too-many' }
  | { readonly kind: 'forbidden-key'; readonly key: string }

/** The part of the entry at a path. The root's key is the very beginning of the file. */
export type Part = 'key' | 'value'

/** Returns the span of the key or the value at a path; undefined where the document has nothing there. */
export function spanAt(root: Node | undefined, path: Path, part: Part): Span | undefined {
  if (path.length === 0) return part === 'key' ? { start: 0, end: 0 } : root
  const parent = nodeAt(root, path.slice(0, -1))
  const last = path.at(-1)
  if (parent?.is === 'map') {
    const entry = entryOf(parent, String(last))
    return part === 'key' ? entry?.keySpan : entry?.value
  }
  return typeof last === 'number' && parent?.is === 'list' ? parent.items[last] : undefined
}

export function nodeAt(root: Node | undefined, path: Path): Node | undefined {
  let at = root
  for (const step of path) {
    if (at?.is === 'map') at = entryOf(at, String(step))?.value
    else at = at?.is === 'list' && typeof step === 'number' ? at.items[step] : undefined
  }
  return at
}

/** Returns the entry of a key; of a key written twice, the first. */
export function entryOf(map: MapNode, key: string): Entry | undefined {
  if (map.entries.length < WORTH_INDEXING) return map.entries.find((entry) => entry.key === key)
  let index = indexes.get(map)
  if (index === undefined) {
    index = new Map([...map.entries].reverse().map((entry) => [entry.key, entry]))
    indexes.set(map, index)
  }
  return index.get(key)
}

/** A large mapping is indexed once: asking for each of its keys in turn must not be quadratic. */
const indexes = new WeakMap<MapNode, ReadonlyMap<string, Entry>>()
const WORTH_INDEXING = 32

/** Returns the plain value of a node, as JSON would hold it. Keys that plain objects cannot hold are left out. */
export function plain(node: Node): unknown {
  if (node.is === 'scalar') return node.value
  if (node.is === 'list') return node.items.map(plain)
  const result: Record<string, unknown> = {}
  for (const { key, value } of node.entries) if (key !== '__proto__') result[key] = plain(value)
  return result
}

/** Lists every entry, item and scalar of a tree, parents first. */
export function walk(root: Node): readonly WalkStep[] {
  if (walked?.root !== root) {
    walked = { root, steps: stepsBelow(root, [], [{ node: root, path: [], entry: undefined }]) }
  }
  return walked.steps
}

export interface WalkStep {
  readonly node: Node
  readonly path: Path
  readonly entry: Entry | undefined
}

/** The tree that was walked last: one rule after another asks for the same one. */
let walked: { readonly root: Node; readonly steps: readonly WalkStep[] } | undefined

function stepsBelow(node: Node, path: Path, steps: WalkStep[]): WalkStep[] {
  if (node.is === 'map') {
    for (const entry of node.entries) {
      const at = [...path, entry.key]
      steps.push({ node: entry.value, path: at, entry })
      if (entry.value.is !== 'scalar') stepsBelow(entry.value, at, steps)
    }
  } else if (node.is === 'list') {
    for (const [i, item] of node.items.entries()) {
      const at = [...path, i]
      steps.push({ node: item, path: at, entry: undefined })
      if (item.is !== 'scalar') stepsBelow(item, at, steps)
    }
  }
  return steps
}
