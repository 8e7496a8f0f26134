import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import { FORBIDDEN } from '../file-layout.ts'
import type { Entry, Node, Problem, ScalarNode, Span } from '../source-nodes.ts'
import { scalarProblems } from './text-problems.ts'

/**
 * Converts the composed document to our own tree, whose nodes know their places, with the problems that need values.
 */
export function toTree(contents: unknown, text: string): ConvertedTree {
  const problems: Problem[] = []
  const merged: Span[] = []
  return { root: convert(contents, { text, problems, merged }), problems, merged }
}

export interface ConvertedTree {
  readonly root: Node | undefined
  readonly problems: readonly Problem[]
  /** The spans of what follows each `<<`, in the order of the text. */
  readonly merged: readonly Span[]
}

interface Converting {
  readonly text: string
  readonly problems: Problem[]
  readonly merged: Span[]
}

function convert(node: unknown, converting: Converting): Node | undefined {
  const { text, problems } = converting
  if (isScalar(node)) {
    const [start, end] = node.range ?? [0, 0]
    const style = node.type === 'PLAIN' ? 'plain' : node.type?.startsWith('BLOCK') === true ? 'block' : 'quoted'
    const value = scalarValue(node.value)
    const scalar: ScalarNode = { is: 'scalar', value, style, start, end: trimEnd(text, start, end) }
    for (const problem of scalarProblems(scalar, 'value', text)) problems.push(problem)
    return scalar
  }
  if (isSeq(node)) {
    const items: Node[] = []
    for (const item of node.items) {
      const at = isAlias(item) ? item.range?.[0] : node.range?.[0]
      items.push(convert(item, converting) ?? missing(at ?? 0))
    }
    return { is: 'list', items, ...collectionSpan(node, items.at(-1), text) }
  }
  if (isMap(node)) {
    const entries: Entry[] = []
    const seen = new Map<string, Span>()
    for (const { key, value } of node.items) {
      const entry = convertEntry(key, value, converting)
      if (entry === undefined) continue
      const first = seen.get(entry.key)
      if (first !== undefined) problems.push({ kind: 'duplicate-key', key: entry.key, first, ...entry.keySpan })
      else seen.set(entry.key, entry.keySpan)
      entries.push(entry)
    }
    return { is: 'map', entries, ...collectionSpan(node, entries.at(-1)?.value, text) }
  }
  return undefined
}

function convertEntry(key: unknown, value: unknown, converting: Converting): Entry | undefined {
  const { text, problems, merged } = converting
  if (!isScalar(key) || typeof key.value !== 'string') return undefined
  const [start, end] = key.range ?? [0, 0]
  const keySpan = { start, end }
  const name = key.value
  if (name === '<<' && key.type === 'PLAIN') {
    const [from, to] = rangeOf(value)
    merged.push({ start: from, end: to })
    problems.push({ kind: 'merge', ...keySpan })
    return undefined
  }
  if (FORBIDDEN.has(name)) problems.push({ kind: 'forbidden-key', key: name, ...keySpan })
  const scalar: ScalarNode = { is: 'scalar', value: name, style: 'plain', ...keySpan }
  for (const problem of scalarProblems(scalar, 'key', text)) problems.push(problem)
  const at = isAlias(value) ? value.range?.[0] : end
  return { key: name, keySpan, value: convert(value, converting) ?? missing(at ?? end) }
}

/**
 * Drops the alias behind `<<`, which belongs to the merge: one cause, one error. Both lists are in the order of the
 * text.
 */
export function withoutMerged(problems: readonly Problem[], merged: readonly Span[]): readonly Problem[] {
  if (merged.length === 0) return problems
  let next = 0
  return problems.filter(({ kind, start }) => {
    if (kind !== 'alias') return true
    while ((merged[next]?.end ?? Infinity) <= start) next++
    return start < (merged[next]?.start ?? Infinity)
  })
}

function rangeOf(node: unknown): readonly [number, number] {
  if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
    const range: readonly unknown[] = node.range
    const [start, end] = range
    if (typeof start === 'number' && typeof end === 'number') return [start, end]
  }
  return [0, 0]
}

/** Returns null, with no extent, for a key without a value, or for an alias, which is a problem already. */
function missing(at: number): ScalarNode {
  return { is: 'scalar', value: null, style: 'plain', start: at, end: at }
}

function scalarValue(value: unknown): string | number | boolean | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return Number(value)
  // oxlint-disable-next-line typescript/no-base-to-string -- a key that is a mapping has a rule of its own
  return value === null || value === undefined ? null : String(value)
}

/** Ends a block collection with its last child, as a person sees it: its range runs on to the next token. */
function collectionSpan(
  node: { range?: readonly [number, number, number] | null; flow?: boolean },
  last: Span | undefined,
  text: string,
): Span {
  const [start, end] = node.range ?? [0, 0, 0]
  return node.flow === true || last === undefined
    ? { start, end: trimEnd(text, start, end) }
    : { start, end: Math.max(last.end, start + 1) }
}

/** Leaves out the line ends that a block scalar's range includes. */
function trimEnd(text: string, start: number, end: number): number {
  let at = end
  while (at > start && (text[at - 1] === '\n' || text[at - 1] === '\r')) at--
  return at
}
