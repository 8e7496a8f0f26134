import { type Diagnostic, count } from '../compile/diagnostic.ts'
import type { Rule } from '../lint/rule.ts'
import { rules } from '../lint/rules.ts'
import type { Format } from '../report/formats.ts'
import { report } from '../report/report.ts'
import { VERSION } from './constants.ts'
import { type CommonFlags, colorOn, note } from './io.ts'
import { withoutKeys } from './redact.ts'

/** Diagnostics as the chosen format prints them. */
export function render(
  format: Format,
  diagnostics: readonly Diagnostic[],
  files: number,
  color: boolean,
  touched?: (diagnostic: Diagnostic) => boolean,
  own: readonly Rule[] = [],
): string {
  return report(format, { diagnostics, files }, { color, version: VERSION, rules: [...rules, ...own], ...(touched && { touched }) })
}

/**
 * Diagnostics of a command whose own output goes to stdout: for a person, on stderr. Errors are shown in full;
 * warnings are counted, because `check` is the place to read them.
 */
export function renderAside(flags: CommonFlags, diagnostics: readonly Diagnostic[], files: number): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) process.stderr.write(withoutKeys(render('pretty', errors, files, colorOn(flags, process.stderr))))
  const warnings = diagnostics.length - errors.length
  if (warnings > 0) note(flags, `note: ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}; \`tenfold check\` shows ${warnings === 1 ? 'it' : 'them'}`)
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return count(diagnostics, 'error') > 0
}
