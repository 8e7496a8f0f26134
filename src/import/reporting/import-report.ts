import type { SecretState } from '../build/build-settings.ts'
import type { AnswerDifference } from '../prove-answers.ts'
import type { FoundCredential } from '../rows/dump-index.ts'
import type { DumpRecord, RowClass } from '../rows/dump-record.ts'
import type { GoneFile } from '../target/written-files.ts'

/** What an import has to report, whether or not it wrote something. */
export interface ImportReport {
  readonly records: readonly DumpRecord[]
  readonly counts: Readonly<Record<RowClass, number>>
  readonly secrets: readonly SecretState[]
  readonly credentials: readonly FoundCredential[]
  /** Files of an earlier import whose rows are gone, and what became of each. */
  readonly gone: readonly GoneFile[]
  /** SHA-256 of each file as it is written from rows, 32 hexadecimal digits of it. */
  readonly files: ReadonlyMap<string, string>
  /** What `--prove` found; undefined without it. */
  readonly proof?: { readonly answers: number; readonly differences: readonly AnswerDifference[] }
}

export function countRows(records: readonly DumpRecord[]): Record<RowClass, number> {
  const counts = noneByClass()
  for (const record of records) counts[record.class]++
  return counts
}

export function noneByClass(): Record<RowClass, number> {
  return { imported: 0, changed: 0, dropped: 0, refused: 0 }
}
