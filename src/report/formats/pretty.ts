import type { Diagnostic, Location, Report } from '../../source/diagnostic-types.ts'
import { excerpt } from '../source-excerpt.ts'
import { summary, thousands } from '../counts-in-words.ts'
import { visible } from '../visible-text.ts'

/** Writes a report for a terminal: each diagnostic with its line, then one line that counts them all. */
export function pretty(found: Report, options: PrettyOptions): string {
  const paint = options.color ? ansi : plain
  const shown = choose(found.diagnostics, options.limit ?? 50)
  const blocks = shown.map((diagnostic) => block(diagnostic, paint))
  const rest = found.diagnostics.length - shown.length
  if (rest > 0) blocks.push(`… and ${thousands(rest)} more (use --format json to see all)`)
  blocks.push(paint('bold', summary(found)))
  return `${blocks.join('\n\n')}\n`
}

export interface PrettyOptions {
  /** The caller decides: it knows the stream, NO_COLOR and the flags. */
  readonly color: boolean
  /** How many diagnostics are shown; all of them are counted. */
  readonly limit?: number
}

/** Keeps the order of the files, unless some must be left out: then no warning takes an error's place. */
function choose(diagnostics: readonly Diagnostic[], limit: number): readonly Diagnostic[] {
  if (diagnostics.length <= limit) return diagnostics
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  const warnings = diagnostics.filter((diagnostic) => diagnostic.severity === 'warning')
  return [...errors, ...warnings].slice(0, limit)
}

function block(diagnostic: Diagnostic, paint: Paint): string {
  const { severity, rule, message, help, related } = diagnostic
  // Everything depends on the width of the line number, so that the marks stay in one place under it.
  const pad = ' '.repeat(String(diagnostic.line).length)
  const title = `${paint(severity, `${severity}[${visible(rule)}]`)}: ${paint('bold', visible(message))}`
  const lines = [title, `${pad} ${paint('mark', '-->')} ${place(diagnostic)}`]
  // A file that is missing has no line to show.
  if (diagnostic.excerpt !== '') {
    const { line, carets } = excerpt(diagnostic)
    lines.push(`${paint('mark', ` ${diagnostic.line} |`)} ${line}`)
    lines.push(`${paint('mark', ` ${pad} |`)} ${paint(severity, carets)}`)
  }
  for (const other of related) {
    lines.push(`${pad}  ${paint('mark', ':::')} ${place(other)}  ${visible(other.message)}`.trimEnd())
  }
  if (help !== '') lines.push(`${pad}${paint('mark', '=')} help: ${visible(help)}`)
  return lines.join('\n')
}

function place(at: Location): string {
  return `${visible(at.file)}:${at.line}:${at.column}`
}

type Paint = (style: Style, text: string) => string

type Style = 'error' | 'warning' | 'mark' | 'bold'

/** Written here because `util.styleText` came with node 20.12, and looks at the stream from 22.13 on. */
const codes: Readonly<Record<Style, string>> = { error: '1;31', warning: '1;33', mark: '1;34', bold: '1' }

function ansi(style: Style, text: string): string {
  return `\u001b[${codes[style]}m${text}\u001b[0m`
}

function plain(_style: Style, text: string): string {
  return text
}
