/**
 * What is wrong with a configuration: one cause, at one place, with the fix.
 *
 * Lines and columns count from 1, columns in UTF-16 units, the end is exclusive. Files are relative to the working
 * directory, with forward slashes.
 */
export interface Diagnostic extends Location {
  readonly rule: string
  readonly severity: Severity
  readonly message: string
  /** The fix, and the nearest name where there is one. */
  readonly help: string
  /** The other places that make it wrong. */
  readonly related: readonly Related[]
  /** Edits that keep the meaning, applied by `check --fix`. */
  readonly fix?: readonly Edit[]
  /** The account id that the file claims without being named by it. Not part of any machine format. */
  readonly claims?: string
}

export type Severity = 'error' | 'warning'

export interface Location {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly end_line: number
  readonly end_column: number
  /** The text of `line` as it may be shown: credentials are masked. Not part of any machine format. */
  readonly excerpt: string
}

export interface Related extends Location {
  readonly message: string
}

/** Replaces the text from `start` to `end` (UTF-16 offsets into the file) by `text`. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The findings of a check, as every report prints them. `files` counts the configuration's YAML files. */
export interface Report {
  readonly diagnostics: readonly Diagnostic[]
  readonly files: number
}

/** Sorts by file, line, column, rule, so that the same input gives the same bytes in any order of work. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) =>
      compare(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.rule, b.rule) ||
      compare(a.message, b.message),
  )
}

export function count(diagnostics: readonly Diagnostic[], severity: Severity): number {
  let n = 0
  for (const diagnostic of diagnostics) if (diagnostic.severity === severity) n++
  return n
}

/** Compares by UTF-16 units, never by locale: the order must not depend on the machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
