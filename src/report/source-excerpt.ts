import type { Location } from '../source/diagnostic-types.ts'
import { visible } from './visible-text.ts'
import { graphemesOf, width } from './display-width.ts'

/** Returns the line that a diagnostic points at and the carets beneath it, ready for a terminal. */
export function excerpt(at: Location): { readonly line: string; readonly carets: string } {
  const text = withoutLineEnd(at.excerpt)
  const start = Math.min(at.column - 1, text.length)
  const end = at.end_line > at.line ? text.length : Math.min(at.end_column - 1, text.length)
  const from = Math.max(0, start - windowUnits)
  const to = Math.min(text.length, start + windowUnits)
  const cells = split(text, from, to)

  const left = cutLeft(cells, start)
  const right = cutRight(cells, left)
  const before = from > 0 || left > 0 ? '…' : ''
  const after = to < text.length || right < cells.length ? '…' : ''
  let line = before
  let indent = before.length
  let underlined = 0
  for (const cell of cells.slice(left, right)) {
    line += cell.shown
    if (cell.end <= start) indent += cell.width
    else if (cell.start < end) underlined += cell.width
  }
  return { line: line + after, carets: ' '.repeat(indent) + '^'.repeat(Math.max(1, underlined)) }
}

/** Compares the last characters, because a pattern would walk the whole of a long line to find its end. */
function withoutLineEnd(text: string): string {
  const line = text.endsWith('\n') ? text.slice(0, -1) : text
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/** One character as the terminal shows it: where it is in the text, in UTF-16 units, and how wide. */
interface Cell {
  readonly start: number
  readonly end: number
  readonly shown: string
  readonly width: number
}

const maximumWidth = 160
const leftContext = 60

/** A line may be a megabyte long: no more of it is segmented than could ever be shown. */
const windowUnits = 400

function split(text: string, from: number, to: number): Cell[] {
  return [...graphemesOf(text.slice(from, to))].map(({ segment, index }) => {
    const start = from + index
    // With the characters before it, because `##[` and `##vso[` are unsafe and `[` alone is not.
    const lead = segment.startsWith('[') ? text.slice(Math.max(0, start - 5), start) : ''
    const shown = segment === '\t' ? ' ' : visible(lead + segment).slice(visible(lead).length)
    return { start, end: start + segment.length, shown, width: width(shown) }
  })
}

/** Returns the first cell to show: all of a short line, else some context before the span. */
function cutLeft(cells: readonly Cell[], start: number): number {
  if (cells.reduce((sum, cell) => sum + cell.width, 0) <= maximumWidth) return 0
  let left = cells.findIndex((cell) => cell.end > start)
  if (left < 0) left = cells.length
  let context = 0
  while (left > 0) {
    context += cells[left - 1]?.width ?? 0
    if (context > leftContext) break
    left--
  }
  return left
}

function cutRight(cells: readonly Cell[], left: number): number {
  let used = 0
  let right = left
  for (const cell of cells.slice(left)) {
    used += cell.width
    if (used > maximumWidth) break
    right++
  }
  return right
}
