import type { Diagnostic, Report, Severity } from '../../source/diagnostic-types.ts'
import { plural, summary } from '../counts-in-words.ts'
import { visible } from '../visible-text.ts'

/**
 * Writes workflow commands, which GitHub Actions turns into annotations beside the lines of a pull request: errors
 * first, and of each kind first those in a file that the change touched.
 */
export function github(found: Report, { touched }: GithubOptions = {}): string {
  const isTouched = (diagnostic: Diagnostic): boolean => touched?.(diagnostic) === true
  const diagnostics = [
    ...found.diagnostics.filter(isTouched),
    ...found.diagnostics.filter((diagnostic) => !isTouched(diagnostic)),
  ]
  const lines = [...annotations(diagnostics, 'error'), ...annotations(diagnostics, 'warning'), summary(found)]
  return `${lines.join('\n')}\n`
}

export interface GithubOptions {
  /** Whether the change under review touched a diagnostic's file: where only some can be shown, those are. */
  readonly touched?: (diagnostic: Diagnostic) => boolean
}

/** GitHub drops what a step prints beyond ten errors and ten warnings, without a word. */
const shownPerStep = 10

function annotations(diagnostics: readonly Diagnostic[], severity: Severity): string[] {
  const all = diagnostics.filter((diagnostic) => diagnostic.severity === severity)
  const rest = all.length - shownPerStep
  return all.slice(0, shownPerStep).map((diagnostic, i) => {
    const last = i === shownPerStep - 1 && rest > 0
    return annotation(diagnostic, last ? [`… and ${plural(rest, `more ${severity}`)}`] : [])
  })
}

function annotation(diagnostic: Diagnostic, more: readonly string[]): string {
  const { severity, rule, message, help, related } = diagnostic
  const text = [
    message,
    ...related.map((other) => `${other.file}:${other.line}:${other.column}  ${other.message}`.trimEnd()),
    ...(help === '' ? [] : [`help: ${help}`]),
    ...more,
  ]
  const properties = [`file=${escapeProperty(diagnostic.file)}`, ...span(diagnostic), `title=${escapeProperty(rule)}`]
  return `::${severity} ${properties.join(',')}::${escapeData(text.join('\n'))}`
}

/** GitHub refuses columns on a span over several lines. */
function span({ line, column, end_line, end_column }: Diagnostic): string[] {
  const lines = [`line=${line}`, `endLine=${end_line}`]
  return line === end_line ? [...lines, `col=${column}`, `endColumn=${end_column}`] : lines
}

/**
 * Writes the escapes that the runner undoes. With every line break gone no text can start a command of its own, and
 * with every colon gone from the properties none can end them early.
 */
function escapeData(text: string): string {
  return visible(text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'))
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
