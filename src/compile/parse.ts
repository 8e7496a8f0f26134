import { type CST, Composer, type Document, Parser, isAlias, isMap, isScalar, isSeq } from 'yaml'
import { FORBIDDEN, type FileKind } from './layout.ts'
import type { Entry, Node, Problem, ScalarNode, SourceFile, Span } from './source.ts'
import { decodeText, rawProblems, scalarProblems } from './text.ts'

/** A larger file is refused before it is read whole. */
export const MAX_FILE_BYTES = 1024 * 1024
export const MAX_DEPTH = 64
export const MAX_NODES = 50_000

/**
 * One file's bytes to a tree of nodes that know where they stand. What is wrong with the text comes back as
 * problems: nothing here throws for what a person wrote.
 *
 * The tokens are walked before anything is composed: the composer is recursive, and a deeply nested flow
 * collection would end the process from inside it.
 */
export function parse(path: string, kind: FileKind, bytes: Uint8Array): SourceFile {
  if (bytes.length > MAX_FILE_BYTES) return tooLarge(path, kind)
  const { text, problem } = decodeText(bytes)
  if (problem !== undefined) return { path, kind, text, root: undefined, problems: [problem] }

  const raw = rawProblems(text)
  if (raw.some(({ kind: k }) => k === 'conflict-marker' || k === 'control')) {
    return { path, kind, text, root: undefined, problems: raw }
  }
  const tokens = [...new Parser().parse(text)]
  const surveyed = survey(tokens, text)
  const problems: Problem[] = [...raw, ...surveyed.problems]
  if (surveyed.refused) return { path, kind, text, root: undefined, problems }

  const [document, second] = [...new Composer(COMPOSE).compose(tokens)]
  if (document === undefined) problems.push({ kind: 'empty', start: 0, end: 0 })
  if (second !== undefined) {
    const start = tokens.filter(({ type }) => type === 'document').at(1)?.offset ?? second.range[0]
    problems.push({ kind: 'second-document', start, end: Math.min(start + 3, text.length) })
  }
  const broken = document && syntaxError(document)
  if (broken !== undefined) {
    // A tab explains it: one cause, one error.
    const explained = problems.some((problem) => problem.kind === 'tab')
    return { path, kind, text, root: undefined, problems: explained ? problems : [...problems, broken] }
  }
  if (document !== undefined && isBare(document, text)) {
    return { path, kind, text, root: undefined, problems: [...problems, { kind: 'empty', start: 0, end: 0 }] }
  }
  const merged: Span[] = []
  const root = document && convert(document.contents, { text, problems, merged })
  return { path, kind, text, root, problems: withoutMerged(problems, merged) }
}

/** What stands for a file that is too large to be read. */
export function tooLarge(path: string, kind: FileKind): SourceFile {
  return { path, kind, text: '', root: undefined, problems: [{ kind: 'too-large', start: 0, end: 0 }] }
}

// Keys are strings, or `1:` and `"1":` would be two; duplicates are found in `convert`, which knows both places;
// pretty errors would quote the source, where a credential may stand.
const COMPOSE = {
  version: '1.2',
  schema: 'core',
  merge: false,
  stringKeys: true,
  uniqueKeys: false,
  prettyErrors: false,
  strict: true,
} as const

/** Bounds and forbidden constructs, found on the flat tokens with a stack of our own. */
function survey(tokens: readonly CST.Token[], text: string): { problems: Problem[]; refused: boolean } {
  const problems: Problem[] = []
  const blocks: Span[] = []
  const stack = tokens.map((token) => ({ token, depth: 0 })).reverse()
  let nodes = 0
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { token, depth } = next
    if ('items' in token && depth >= MAX_DEPTH) {
      return { problems: [...problems, { kind: 'too-deep', ...spanOf(token) }], refused: true }
    }
    if (++nodes > MAX_NODES * 4) return { problems: [...problems, { kind: 'too-many', start: 0, end: 0 }], refused: true }
    if (token.type === 'anchor' || token.type === 'alias') problems.push({ kind: token.type, ...spanOf(token) })
    else if (token.type === 'tag') problems.push({ kind: 'tag', ...spanOf(token), removable: withSpace(token, text) })
    else if (token.type === 'directive') {
      const span = spanOf(token)
      problems.push({ kind: 'directive', ...span, removable: { start: span.start, end: lineEnd(text, span.end) } })
    } else if (token.type === 'block-scalar') blocks.push(spanOf(token))
    // One by one: as arguments, the items of a long list would overflow the stack.
    for (const child of children(token, depth).reverse()) stack.push(child)
  }
  const tabs = tabsOutside(text, blocks)
  const [first] = tabs
  if (first !== undefined) problems.push({ kind: 'tab', start: first, end: first + 1, more: tabs.length - 1 })
  return { problems, refused: false }
}

function children(token: CST.Token, depth: number): { token: CST.Token; depth: number }[] {
  const found: { token: CST.Token; depth: number }[] = []
  const add = (tokens: readonly (CST.Token | null | undefined)[] | undefined, at: number): void => {
    for (const child of tokens ?? []) if (child) found.push({ token: child, depth: at })
  }
  if (token.type === 'document') {
    add(token.start, depth)
    add([token.value], depth)
    add(token.end, depth)
  } else if ('items' in token) {
    if ('start' in token && !Array.isArray(token.start)) add([token.start], depth)
    for (const item of token.items) {
      add(item.start, depth + 1)
      add([item.key], depth + 1)
      add(item.sep, depth + 1)
      add([item.value], depth + 1)
    }
  } else if ('props' in token) add(token.props, depth)
  return found
}

function spanOf(token: CST.Token): Span {
  const length = 'source' in token ? token.source.length : 1
  // A block scalar's source begins behind its header, which its props hold.
  const header = token.type === 'block-scalar' ? token.props.reduce((n, p) => n + ('source' in p ? p.source.length : 0), 0) : 0
  return { start: token.offset, end: token.offset + header + length }
}

function withSpace(token: CST.SourceToken, text: string): Span {
  const end = token.offset + token.source.length
  return { start: token.offset, end: text[end] === ' ' ? end + 1 : end }
}

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from)
  return newline < 0 ? text.length : newline + 1
}

function tabsOutside(text: string, blocks: readonly Span[]): number[] {
  const found: number[] = []
  let next = 0
  for (let at = text.indexOf('\t'); at >= 0; at = text.indexOf('\t', at + 1)) {
    while ((blocks[next]?.end ?? Infinity) <= at) next++
    if (at < (blocks[next]?.start ?? Infinity)) found.push(at)
  }
  return found
}

/** A document of `---` and comments holds as little as an empty file. */
function isBare({ contents }: Document.Parsed, text: string): boolean {
  if (!isScalar(contents) || contents.value !== null || contents.tag !== undefined || contents.anchor !== undefined) return false
  const [start, end] = contents.range
  return text.slice(start, end).trim() === ''
}

/** The first error alone: what follows it is mostly its echo. */
function syntaxError(document: Document.Parsed): Problem | undefined {
  const said = [...document.errors, ...document.warnings].filter(
    ({ code }) => code !== 'TAG_RESOLVE_FAILED' && code !== 'BAD_ALIAS' && code !== 'BAD_DIRECTIVE',
  )
  const [first] = said.sort((a, b) => a.pos[0] - b.pos[0])
  if (first === undefined) return undefined
  return { kind: 'syntax', what: first.message, start: first.pos[0], end: first.pos[1] }
}

interface Converting {
  readonly text: string
  readonly problems: Problem[]
  /** What stands behind each `<<`, in the order of the text. */
  readonly merged: Span[]
}

/** The composed document to our own tree, with the problems that need values to be seen. */
function convert(node: unknown, converting: Converting): Node | undefined {
  const { text, problems } = converting
  if (isScalar(node)) {
    const [start, end] = node.range ?? [0, 0]
    const style = node.type === 'PLAIN' ? 'plain' : node.type?.startsWith('BLOCK') === true ? 'block' : 'quoted'
    const value = scalarValue(node.value)
    const scalar: ScalarNode = { is: 'scalar', value, style, start, end: trimEnd(text, start, end) }
    problems.push(...scalarProblems(scalar, 'value', text))
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
  problems.push(...scalarProblems({ is: 'scalar', value: name, style: 'plain', ...keySpan }, 'key', text))
  const at = isAlias(value) ? value.range?.[0] : end
  return { key: name, keySpan, value: convert(value, converting) ?? missing(at ?? end) }
}

/** The alias behind `<<` is the merge's own: one cause, one error. Both lists are in the order of the text. */
function withoutMerged(problems: readonly Problem[], merged: readonly Span[]): readonly Problem[] {
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
    const [start, end]: unknown[] = node.range
    if (typeof start === 'number' && typeof end === 'number') return [start, end]
  }
  return [0, 0]
}

/** A key without a value, or an alias, which is a problem already: null, with no extent. */
function missing(at: number): ScalarNode {
  return { is: 'scalar', value: null, style: 'plain', start: at, end: at }
}

function scalarValue(value: unknown): string | number | boolean | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return typeof value === 'bigint' ? Number(value) : value === null || value === undefined ? null : String(value)
}

/** A block collection's range runs on to the next token; what a person sees ends with its last child. */
function collectionSpan(
  node: { range?: readonly [number, number, number] | null; flow?: boolean },
  last: Span | undefined,
  text: string,
): Span {
  const [start, end] = node.range ?? [0, 0, 0]
  return node.flow === true || last === undefined ? { start, end: trimEnd(text, start, end) } : { start, end: Math.max(last.end, start + 1) }
}

/** Without the line ends that a block scalar's range includes. */
function trimEnd(text: string, start: number, end: number): number {
  let at = end
  while (at > start && (text[at - 1] === '\n' || text[at - 1] === '\r')) at--
  return at
}
