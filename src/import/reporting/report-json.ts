import { maskCredentials } from '../../credentials/index.ts'
import type { FoundCredential } from '../rows/dump-index.ts'
import { type DumpRecord, type PrimaryKey, ROW_CLASSES } from '../rows/dump-record.ts'
import type { ImportReport } from './import-report.ts'

/** Yields the report as JSON, one entry a line: a million rows are never one text, and git shows which have changed. */
export function* reportJson({ records, counts, secrets, credentials, files }: ImportReport): Generator<string> {
  yield `{"rows":${records.length},${ROW_CLASSES.map((name) => `"${name}":${counts[name]}`).join(',')},\n`
  yield* list('entries', records, entryOf)
  yield ',\n'
  yield* list('secrets', secrets, (secret) => secret)
  yield ',\n'
  yield* list('credentials', credentials, foundOf)
  yield ',\n'
  yield* list(
    'files',
    [...files].sort(([a], [b]) => (a < b ? -1 : 1)),
    ([file, digest]) => ({ file, digest }),
  )
  yield '}\n'
}

function* list<T>(name: string, items: readonly T[], toJson: (item: T) => object): Generator<string> {
  yield `"${name}":[`
  for (const [i, item] of items.entries()) yield `${i === 0 ? '\n' : ',\n'}${JSON.stringify(toJson(item))}`
  yield ']'
}

function entryOf(record: DumpRecord): object {
  const { model, pk, digest, file, line, refused } = record
  const isWritten = refused === undefined && file !== undefined
  return {
    model: masked(model),
    pk: maskedKey(pk),
    class: record.class,
    reason: masked(record.reason),
    ...(refused !== undefined && { help: masked(refused.help) }),
    file: isWritten ? file : null,
    line: isWritten ? (line ?? 1) : null,
    ...(record.map?.becomes === 'account' && record.id !== undefined && { id: record.id }),
    digest,
  }
}

/** What names a credential may be one. */
function foundOf({ model, pk, field }: FoundCredential): object {
  return { model: masked(model), pk: maskedKey(pk), field: masked(field) }
}

function maskedKey(pk: PrimaryKey): PrimaryKey {
  return typeof pk === 'string' ? masked(pk) : pk
}

const known = new Map<string, string>()

/** The same few reasons are given for many rows. */
function masked(text: string): string {
  const found = known.get(text)
  if (found !== undefined) return found
  const shown = maskCredentials(text)
  if (known.size > 2000) known.clear()
  known.set(text, shown)
  return shown
}
