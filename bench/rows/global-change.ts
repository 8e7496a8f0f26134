import { globalEdit, globals, limitEdit } from '../corpus.ts'
import { type Row, count } from '../line.ts'
import { median, repeat } from '../measure.ts'

/** A default moved that every model takes, and a limit moved, for which every account has to be looked at again. */
export const globalChange: Row = {
  name: 'global-change',
  title: 'Global change',
  async run(bench) {
    const { big, rounds } = bench.sizes
    const store = await bench.store('plain', big)
    const compiled = await repeat(Math.min(3, rounds), async (round) => {
      return store.compile(await store.commit([globalEdit(round)]))
    })
    const limited = await repeat(Math.min(3, rounds), async (round) => {
      return store.compile(await store.commit([limitEdit(round)]))
    })
    const [ours, lookedAt] = [compiled, limited].map((all) => median(all.map(({ seconds }) => seconds)))
    if (ours === undefined || lookedAt === undefined) throw new Error('nothing was measured')
    const accounts = { meant: 1_000_000, had: big }
    // The globals are few, and parsed whenever one of them moved.
    const parsed = Math.max(0, ...[...compiled, ...limited].map((one) => one.parsed - globals().length))
    return [
      {
        what: `a default moved, ${count(big)}`,
        ours,
        unit: 's',
        against: { what: 'the cold compile', value: store.cold.seconds },
        goal: { of: 'ratio', most: 0.005, accounts },
      },
      {
        what: `a limit moved, every account looked at, ${count(big)}`,
        ours: lookedAt,
        unit: 's',
        against: { what: 'the cold compile', value: store.cold.seconds },
        goal: { of: 'ratio', most: 0.05, accounts },
      },
      { what: 'account files parsed', ours: parsed, unit: '', goal: { of: 'value', most: 0 } },
    ]
  },
}
