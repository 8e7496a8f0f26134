import type { CST } from 'yaml'
import type { Problem, Span } from '../source-nodes.ts'

/** Deeper nesting, and more values, are refused before anything is composed. */
export const MAX_DEPTH = 64
export const MAX_NODES = 50_000

/** Finds exceeded bounds and forbidden constructs on the flat tokens, with a stack of our own. */
export function survey(tokens: readonly CST.Token[], text: string): Surveyed {
  const problems: Problem[] = []
  const blocks: Span[] = []
  const stack = tokens.map((token) => ({ token, depth: 0 })).reverse()
  let nodes = 0
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { token, depth } = next
    if ('items' in token && depth >= MAX_DEPTH) {
      return { problems, refused: { kind: 'too-deep', ...spanOf(token) } }
    }
    if (++nodes > MAX_NODES * 4) {
      return { problems, refused: { kind: 'too-many', start: 0, end: 0 } }
    }
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
  return { problems, refused: undefined }
}

interface Surveyed {
  readonly problems: readonly Problem[]
  /** The reason that the file is not composed. */
  readonly refused: Problem | undefined
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
  const props = token.type === 'block-scalar' ? token.props : []
  const header = props.reduce((sum, prop) => sum + ('source' in prop ? prop.source.length : 0), 0)
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
