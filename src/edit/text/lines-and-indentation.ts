import type { Entry, MapNode, SourceFile } from '../../source/source-nodes.ts'

/** The layout of a file, as far as it shows: an edit writes the way the file is written. */
export interface Layout {
  readonly eol: string
  /** The number of spaces per level. */
  readonly step: number
}

export function layoutOf({ text, root }: SourceFile): Layout {
  const eol = /\r?\n/.exec(text)?.[0] ?? '\n'
  if (root?.is !== 'map' || isFlow(text, root)) return { eol, step: 2 }
  for (const { value } of root.entries) {
    if (value.is !== 'map' || isFlow(text, value)) continue
    // An indentation indicator is one digit, so deeper steps than 9 cannot be written everywhere.
    const step = columnOf(text, value) - columnOf(text, root)
    if (step > 0 && step < 10) return { eol, step }
  }
  return { eol, step: 2 }
}

export function isFlow(text: string, map: MapNode): boolean {
  return text[map.start] === '{'
}

/** Returns how far the keys of a block mapping are indented; the `?` of an explicit one counts as its beginning. */
export function columnOf(text: string, { entries }: MapNode): number {
  const start = lineStart(text, entries[0]?.keySpan.start ?? 0)
  return text.slice(start).search(/[^ ]|$/)
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}

/** Returns where the line after this one begins; at the end of the text, that end. */
export function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  return newline < 0 ? text.length : newline + 1
}

/**
 * Returns where the content of an entry ends. A null that is not written ends with its colon, whatever comments follow.
 */
export function endOf(text: string, entry: Entry): number {
  const { value } = entry
  if (value.end === value.start) return behindColon(text, entry) ?? entry.keySpan.end
  const last = value.is === 'map' && !isFlow(text, value) ? value.entries.at(-1) : undefined
  return last === undefined ? value.end : endOf(text, last)
}

/**
 * Returns where the lines of an entry end: a comment behind it is on them, and blank lines that are part of its text.
 */
export function linesEnd(text: string, entry: Entry): number {
  const next = nextLine(text, endOf(text, entry))
  if (!keepsBlankLines(text, entry)) return next
  return next + (/^(?: *\r?\n)*/.exec(text.slice(next))?.[0].length ?? 0)
}

/** Returns the offset behind the colon of an entry; undefined for a key that has none. */
export function behindColon(text: string, { keySpan }: Entry): number | undefined {
  const skipped = /^(?:\s|#.*\n)*:/.exec(text.slice(keySpan.end))?.[0]
  return skipped === undefined ? undefined : keySpan.end + skipped.length
}

function keepsBlankLines(text: string, { value }: Entry): boolean {
  const last = value.is === 'map' && !isFlow(text, value) ? value.entries.at(-1) : undefined
  if (last !== undefined) return keepsBlankLines(text, last)
  return value.is === 'scalar' && value.style === 'block' && /^[|>]\d?\+/.test(text.slice(value.start, value.start + 3))
}
