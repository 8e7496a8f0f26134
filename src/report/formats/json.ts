import type { Diagnostic, Related, Report } from '../../source/diagnostic-types.ts'
import { count } from '../../source/diagnostic-types.ts'
import { visibleJson } from '../visible-text.ts'

/** Writes a report for a program: the shape that the contract promises, its keys in the contract's order. */
export function json(found: Report): string {
  return toJson({
    diagnostics: found.diagnostics.map(diagnosticJson),
    summary: {
      errors: count(found.diagnostics, 'error'),
      warnings: count(found.diagnostics, 'warning'),
      files: found.files,
    },
  })
}

/** Serialises with indentation, with a newline at the end, and safe to print: every control character is escaped. */
export function toJson(value: object): string {
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`
}

/** Goes key by key, because the excerpt and the fix are not part of it. */
function diagnosticJson(diagnostic: Diagnostic): object {
  const { rule, severity, message, file, line, column, end_line, end_column, help, related } = diagnostic
  return {
    rule,
    severity,
    message,
    file,
    line,
    column,
    end_line,
    end_column,
    help,
    related: related.map(relatedJson),
  }
}

function relatedJson({ file, line, column, message }: Related): object {
  return { file, line, column, message }
}
