import { Failure } from '../base/failure.ts'
import { type FileKind, place } from '../source/file-layout.ts'
import { isId } from '../store/format/account-leaf.ts'
import { isColumns } from './rows/dump-index.ts'
import type { PrimaryKey } from './rows/dump-record.ts'

/** The report of an import, beside what it wrote: dotfiles are no part of a configuration. */
export const REPORT = '.import.json'

/** What an earlier import wrote: which row each file came from, and its bytes. */
export interface PreviousImport {
  /** SHA-256 of each file as it was written, 32 hexadecimal digits of it. */
  readonly files: ReadonlyMap<string, string>
  /** The ids that accounts got, by primary key. */
  readonly ids: ReadonlyMap<string, string>
  /** The rows that decide whether a file is written, by `rowKey`: of an account's, its own row. */
  readonly rows: ReadonlyMap<string, ReadonlySet<string>>
}

/** Returns a text for a row that no other row of a database has. */
export function rowKey(model: string, pk: PrimaryKey): string {
  return JSON.stringify([model, pk])
}

/** Reads the report of an earlier import. @throws {Failure} where it is damaged. */
export function readPrevious(text: string, shown: string): PreviousImport {
  const report: unknown = parsedReport(text, shown)
  if (!isColumns(report) || !Array.isArray(report['entries']) || !Array.isArray(report['files'])) throw damaged(shown)
  const files = new Map<string, string>()
  for (const one of items(report['files'])) {
    const { file, digest } = one
    if (typeof file !== 'string' || typeof digest !== 'string' || !isPlace(file)) throw damaged(shown)
    files.set(file, digest)
  }
  const ids = new Map<string, string>()
  const rows = new Map<string, Set<string>>()
  for (const { model, pk, id, file } of items(report['entries'])) {
    if (typeof model !== 'string') throw damaged(shown)
    const key: PrimaryKey = typeof pk === 'string' || typeof pk === 'number' ? pk : null
    const decides = typeof id === 'string' || !(typeof file === 'string' && file.startsWith('accounts/'))
    if (typeof file === 'string' && decides) rows.set(file, (rows.get(file) ?? new Set()).add(rowKey(model, key)))
    if (typeof id !== 'string' || key === null) continue
    if (!isId(id)) throw damaged(shown)
    ids.set(String(key), id)
  }
  return { files, ids, rows }
}

/** Whoever may change the report would otherwise have a file deleted that no row becomes: the vocabulary, the guards. */
function isPlace(path: string): boolean {
  const placed = place(path)
  if (placed.is !== 'yaml' || !FROM_ROWS.has(placed.kind)) return false
  return path.split('/').every((part) => /^[a-z0-9_-][a-z0-9_.-]*$/.test(part))
}

const FROM_ROWS: ReadonlySet<FileKind> = new Set<FileKind>(['settings', 'prompt', 'profile', 'strategy', 'account'])

function parsedReport(text: string, shown: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw damaged(shown)
  }
}

function* items(list: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (Array.isArray(list)) for (const one of list) if (isColumns(one)) yield one
}

function damaged(shown: string): Failure {
  return new Failure(
    'usage',
    `${shown} is not the report of an import`,
    'restore it from git, or import into an empty folder',
  )
}
