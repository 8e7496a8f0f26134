import { positionIn } from '../../lint/locate-findings.ts'
import type { Diagnostic } from '../../source/diagnostic-types.ts'
import { type SourceFile, spanAt } from '../../source/source-nodes.ts'
import type { FormGroup } from './form-fields.ts'

/** What the check says of a form, by what it is about. */
export interface FormProblems {
  of(path: readonly string[]): readonly Diagnostic[]
  /** About nothing that the form has. */
  readonly others: readonly Diagnostic[]
}

/** Sorts diagnostics of a file to the fields and groups whose key or value they point at. */
export function problemsOf(
  groups: readonly FormGroup[],
  file: SourceFile | undefined,
  diagnostics: readonly Diagnostic[],
): FormProblems {
  const byPath = new Map<string, Diagnostic[]>()
  const others: Diagnostic[] = []
  const paths = groups.flatMap(({ path, fields }) => [...fields.map((field) => field.path), path])
  for (const diagnostic of diagnostics) {
    const path = file && paths.find((one) => isAt(file, one, diagnostic))
    if (path === undefined) others.push(diagnostic)
    else byPath.set(keyOf(path), [...(byPath.get(keyOf(path)) ?? []), diagnostic])
  }
  return { of: (path) => byPath.get(keyOf(path)) ?? [], others }
}

function isAt(file: SourceFile, path: readonly string[], { line, column }: Diagnostic): boolean {
  return (['key', 'value'] as const).some((part) => {
    const span = spanAt(file.root, path, part)
    // The root's own place is the beginning of the file, where much else is reported.
    if (span === undefined || path.length === 0) return false
    const at = positionIn(file, span.start)
    return at.line === line && at.column === column
  })
}

function keyOf(path: readonly string[]): string {
  return path.join('\0')
}
