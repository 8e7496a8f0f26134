import { join } from 'node:path'
import { Child } from '../child.ts'
import { dumpOf } from '../dump.ts'
import { type Row, count } from '../line.ts'
import { numberIn, weighed } from '../measure.ts'
import { emptyFolder } from '../store.ts'

/** A database moves in: its dump read, each row accounted for, all files checked and written. */
export const importRow: Row = {
  name: 'import',
  title: 'Import',
  async run({ sizes }) {
    const { file, rows, accounts: had } = dumpOf(sizes.cold)
    const folder = emptyFolder('import')
    const { seconds, peak } = await weighed(['import', file, '--out', join(folder, 'config')], folder)
    const bound: unknown = await Child.once('json-bound', { file })
    const what = `${count(had)} accounts, ${count(rows)} rows`
    const accounts = { meant: 100_000, had }
    return [
      {
        what,
        ours: seconds,
        unit: 's',
        against: { what: '`JSON.parse` of each row', value: numberIn(bound, 'seconds') },
        goal: { of: 'value', most: 60, accounts },
      },
      { what: `${what}: the most memory`, ours: peak / 1e6, unit: 'MB' },
    ]
  },
}
