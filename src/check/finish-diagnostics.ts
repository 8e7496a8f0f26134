import { foldFailures } from '../lint/custom/fold-failures.ts'
import { type Diagnostic, sortDiagnostics } from '../source/diagnostic-types.ts'
import { withOriginals } from './account-spelling.ts'

/** Returns what was found, as every check reports it: one failure per custom rule, copies with their originals, sorted. */
export function finished(
  found: readonly Diagnostic[],
  show: (path: string) => string,
  fileOf: (id: string) => string | undefined,
): Diagnostic[] {
  return sortDiagnostics(withOriginals(foldFailures(found), show, fileOf))
}
