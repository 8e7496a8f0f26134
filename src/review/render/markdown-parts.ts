import { visible } from '../../report/visible-text.ts'
import { clip } from './value-text.ts'

/**
 * Formats text from a configuration as Markdown code. It is in code alone, inline or fenced: there no mention rings, no
 * number or commit becomes a link, and no HTML, emphasis or image is one. What a terminal would obey, or a reader would
 * not see, is written out.
 */
export function code(text: string, most = 200): string {
  const shown = clip(withoutLongRuns(visible(text)), most)
  if (shown.trim() === '') return `\`${JSON.stringify(shown)}\``
  const ticks = '`'.repeat(longestRun(shown) + 1)
  // A span that begins or ends with a backtick would join its own marks.
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : ''
  return `${ticks}${pad}${shown}${pad}${ticks}`
}

/** Puts lines between fences that are longer than any run of backticks in them. */
export function fenced(lines: readonly string[], language: string): string {
  const shown = lines.map((line) => clip(withoutLongRuns(visible(line)), MOST_IN_LINE))
  const fence = '`'.repeat(Math.max(3, ...shown.map((line) => longestRun(line) + 1)))
  return `${fence}${language}\n${shown.join('\n')}\n${fence}`
}

/** Makes a part that is closed until a reader opens it. The title is our own text. */
export function details(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`
}

const MOST_IN_LINE = 400
/** Renderers give up on marks of more than 80. */
const MOST_TICKS = 32

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0)
}

function withoutLongRuns(text: string): string {
  return longestRun(text) <= MOST_TICKS ? text : text.replaceAll('`', '\\u0060')
}
