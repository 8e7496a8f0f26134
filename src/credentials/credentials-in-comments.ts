import { type Node, type SourceFile, type Span, walk } from '../source/source-nodes.ts'
import type { TextPart } from './split-keys.ts'

/**
 * Returns what is in a file outside its keys and values: comments, and whatever else has no place in the tree, such as
 * an anchor. For a file that has no tree, everything.
 */
export function outsideOf({ text, root, problems }: SourceFile): TextPart[] {
  if (root !== undefined && problems.length === 0 && !text.includes('#')) return []
  return [...between(text, root === undefined ? [] : covered(root, text))]
}

function* between(text: string, spans: readonly Span[]): Generator<TextPart> {
  let at = 0
  for (const { start, end } of spans) {
    if (start > at) yield* linesOf(text, at, start)
    at = Math.max(at, end)
  }
  yield* linesOf(text, at, text.length)
}

/** Returns the spans of keys and values, in the order of the text. */
function covered(root: Node, text: string): Span[] {
  const spans: Span[] = []
  for (const { node, entry } of walk(root)) {
    if (entry !== undefined) spans.push(entry.keySpan)
    if (node.is !== 'scalar') continue
    // A comment may follow the sign that begins a block.
    const line = node.style === 'block' ? text.indexOf('\n', node.start) : -1
    spans.push({ start: line < 0 ? node.start : Math.min(line, node.end), end: node.end })
  }
  return spans.sort((a, b) => a.start - b.start)
}

/** Yields a line's comment, or else its content if that is more than punctuation. */
function* linesOf(text: string, from: number, to: number): Generator<TextPart> {
  for (let start = from; start < to; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 || newline > to ? to : newline
    const line = text.slice(start, end)
    const comment = line.indexOf('#')
    if (comment > 0) yield* part(line.slice(0, comment), start)
    if (comment >= 0) yield* part(line.slice(comment), start + comment)
    else yield* part(line, start)
    start = end + 1
  }
}

function* part(line: string, offset: number): Generator<TextPart> {
  const shown = line.trim()
  const text = shown.replace(/^#+\s*/, '')
  if (/^[\s,:?|>[\]{}-]{0,9}$/.test(text)) return
  const start = offset + line.indexOf(shown)
  yield { text, span: { start, end: start + shown.length } }
}
