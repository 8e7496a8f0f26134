import { type Diagnostic, type Report, count } from '../source/diagnostic-types.ts'
import type { Rule } from '../lint/rule.ts'
import { rules } from '../lint/generated/registry.ts'
import type { Format } from '../report/format-names.ts'
import { type GithubOptions, github } from '../report/formats/github.ts'
import { json } from '../report/formats/json.ts'
import { junit } from '../report/formats/junit.ts'
import { type PrettyOptions, pretty } from '../report/formats/pretty.ts'
import { type SarifOptions, sarif } from '../report/formats/sarif.ts'
import { plural } from '../report/counts-in-words.ts'
import { VERSION } from './version.ts'
import { type CommandIo, colorOn, note } from './io.ts'
import { withoutKeys } from './redact-keys.ts'
import { shownDiagnostics } from './shown-values.ts'

/** How much of a configuration a store vouched for. */
interface Counts {
  readonly files_reused: number
}

/** Renders diagnostics in the chosen format. */
export function render(
  format: Format,
  diagnostics: readonly Diagnostic[],
  files: number,
  color: boolean,
  touched?: (diagnostic: Diagnostic) => boolean,
  own: readonly Rule[] = [],
): string {
  const shown = shownDiagnostics(diagnostics)
  // The predicate gets each diagnostic in its original form, since the path in the shown one may be masked.
  const original = new Map(shown.map((one, i) => [one, diagnostics[i] ?? one]))
  const wasTouched = (one: Diagnostic): boolean => touched?.(original.get(one) ?? one) === true
  const options = { color, version: VERSION, rules: [...rules, ...own], ...(touched && { touched: wasTouched }) }
  return reporters[format]({ diagnostics: shown, files }, options)
}

type Reporter = (found: Report, options: GithubOptions & PrettyOptions & SarifOptions) => string

/** What writes each format, as text that ends with a newline. The same report gives the same bytes anywhere. */
export const reporters: Readonly<Record<Format, Reporter>> = { pretty, json, github, sarif, junit }

/**
 * Writes the diagnostics of a command whose own output goes to stdout, for a person, on stderr. Errors are shown in
 * full; warnings are counted, because `check` is the place to read them. Files that a store vouches for are not checked
 * for warnings, so the count covers only the other files.
 */
export function renderAside(io: CommandIo, diagnostics: readonly Diagnostic[], files: number, emitted?: Counts): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) {
    io.stderr.write(withoutKeys(render('pretty', errors, files, colorOn(io, io.stderr))))
  }
  const warnings = diagnostics.length - errors.length
  if (warnings === 0) return
  const isPart = emitted !== undefined && emitted.files_reused > 0
  const where = isPart ? ' in the files that were parsed' : ''
  const them = isPart ? 'all' : warnings === 1 ? 'it' : 'them'
  note(io, `note: ${plural(warnings, 'warning')}${where}; \`tenfold check\` shows ${them}`)
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return count(diagnostics, 'error') > 0
}
