import type { Diagnostic, Report } from '../source/diagnostic-types.ts'
import type { Format } from './format-names.ts'
import { github } from './formats/github.ts'
import { json } from './formats/json.ts'
import { junit } from './formats/junit.ts'
import { pretty } from './formats/pretty.ts'
import type { RuleSummary } from './formats/sarif.ts'
import { sarif } from './formats/sarif.ts'

/** Writes what a check found, as text that ends with a newline. The same report gives the same bytes anywhere. */
export function report(format: Format, found: Report, options: ReportOptions): string {
  return reporters[format](found, options)
}

export interface ReportOptions {
  /** Only `pretty` has colours. The caller decides: it knows the stream, NO_COLOR and the flags. */
  readonly color: boolean
  /** The version of tenfold, which SARIF names. */
  readonly version: string
  /** Every rule that ran, which SARIF lists. */
  readonly rules: readonly RuleSummary[]
  /** Whether the change under review touched a diagnostic's file: where only some can be shown, those are. */
  readonly touched?: (diagnostic: Diagnostic) => boolean
  /** How many diagnostics `pretty` shows; all of them are counted. */
  readonly limit?: number
}

const reporters: Readonly<Record<Format, (found: Report, options: ReportOptions) => string>> = {
  pretty,
  json,
  github,
  sarif,
  junit,
}
