import type { StoredObject } from '../../store/format/object-ref.ts'
import type { CheckedAccount, Outcome } from '../check-account.ts'

/**
 * Outcomes on their way between threads. What is sent is copied member by member, names and all: for most accounts,
 * which have nothing wrong with them, that took as long as validating them. So these travel as rows of text.
 */
export interface Parcel {
  /** Of each account without a finding: its path, or else all that a store holds of it, in the order of `COLUMNS`. */
  readonly paths: readonly string[]
  readonly rows: readonly string[]
  /** By its row's number: the texts that an account refers to, where it does. */
  readonly texts: ReadonlyMap<number, readonly StoredObject[]>
  /** All others, as they are. */
  readonly others: readonly Outcome[]
}

const COLUMNS = ['path', 'id', 'blob', 'line', 'provenance', 'hash'] as const

export function pack(outcomes: readonly Outcome[]): Parcel {
  const paths: string[] = []
  const rows: string[] = []
  const texts = new Map<number, readonly StoredObject[]>()
  const others: Outcome[] = []
  for (const outcome of outcomes) {
    if ('unchanged' in outcome || outcome.differs === true || outcome.diagnostics.length > 0) others.push(outcome)
    else if (outcome.refused !== undefined) others.push(outcome)
    else if (outcome.stored === undefined) paths.push(outcome.path)
    else {
      const { id, blob, entry } = outcome.stored
      if (outcome.stored.texts.length > 0) texts.set(rows.length, outcome.stored.texts)
      rows.push(outcome.path, id, blob, entry.line, entry.provenance, entry.hash ?? '')
    }
  }
  return { paths, rows, texts, others }
}

export function* unpack({ paths, rows, texts, others }: Parcel): Generator<Outcome> {
  yield* others
  for (const path of paths) yield { path, diagnostics: [] }
  for (let i = 0; i < rows.length; i += COLUMNS.length) yield accountIn(rows, i, texts.get(i))
}

function accountIn(rows: readonly string[], at: number, texts: readonly StoredObject[] = []): CheckedAccount {
  const [path = '', id = '', blob = '', line = '', provenance = '', hash = ''] = rows.slice(at, at + COLUMNS.length)
  return { path, diagnostics: [], stored: { id, blob, entry: { line, provenance, hash }, texts } }
}
