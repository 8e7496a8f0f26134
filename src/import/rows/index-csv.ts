import { isPlan } from '../../domain/settings-types.ts'
import type { Vocabulary } from '../../domain/vocabulary.ts'
import type { DumpIndex } from './dump-index.ts'
import { DumpRecord } from './dump-record.ts'
import { credentialsIn } from './find-credentials.ts'
import type { AccountMap } from '../mapping/import-map.ts'
import { digestOfText } from '../digest-of-text.ts'
import { readCsv } from '../read/read-csv.ts'
import type { ResolvedAccount } from '../resolve-accounts.ts'

/** A line of a CSV is an account, with its plan and its overrides. */
const LINE: AccountMap = { becomes: 'account', id: ['id'], name: 'name', plan: 'plan' }

/** The name by which the report calls the lines of a CSV. */
const MODEL = 'account'

/** Reads the accounts of a CSV: each line is one, with all that it has. */
export async function indexCsv(
  file: string,
  vocabulary: Vocabulary,
): Promise<{ readonly index: DumpIndex; readonly accounts: readonly ResolvedAccount[] }> {
  const accounts: ResolvedAccount[] = []
  const records: DumpRecord[] = []
  const credentials: DumpIndex['credentials'][number][] = []
  for await (const row of readCsv(file, vocabulary)) {
    const { id, plan, name = '', fields, cells, notes, wrong, number, line } = row
    const record = new DumpRecord({
      model: MODEL,
      map: LINE,
      pk: id === '' ? null : id,
      number,
      span: { start: 0, length: 0, line },
      digest: digestOfText(JSON.stringify([id, plan, name, fields])),
    })
    records.push(record)
    for (const field of credentialsIn(Object.fromEntries(cells))) {
      credentials.push({ model: MODEL, pk: record.pk, field })
    }
    if (wrong.length > 0 || !isPlan(plan)) {
      record.reject({
        reason: `line ${line}: ${wrong.map(({ reason }) => reason).join('; ') || 'its plan is none of the four'}`,
        help: wrong[0]?.help ?? 'write free, starter, growth or scale',
      })
      continue
    }
    accounts.push({
      record,
      map: LINE,
      columns: { id, name },
      rows: [],
      id,
      plan,
      name,
      ...(fields.length > 0 && { fields }),
      ...(notes.length > 0 && { notes }),
    })
  }
  const index = { records, plans: [], accounts, globals: new Map(), credentials }
  return { index, accounts }
}
