import { editOf } from '../corpus.ts'
import { type Row, count } from '../line.ts'
import { medianSeconds, timed } from '../measure.ts'
import type { Store } from '../store.ts'

/** The same commit again. */
export const noOp: Row = {
  name: 'no-op',
  title: 'Nothing changed',
  async run(bench) {
    const { sizes } = bench
    const [small, big] = [await bench.store('plain', sizes.small), await bench.store('plain', sizes.big)]
    const again = (store: Store): Promise<number> => medianSeconds(sizes.rounds, () => store.compile(store.at))
    const [few, many] = [await again(small), await again(big)]
    const changed = await big.commit([editOf(1, 0)])
    const tree = await medianSeconds(sizes.rounds, () => {
      return timed('git', ['diff-tree', '-r', '--name-only', big.at, changed], big.corpus.folder)
    })
    const what = `\`compile\` again, ${count(sizes.big)} accounts`
    const accounts = { meant: 1_000_000, had: sizes.big }
    return [
      {
        what,
        ours: many,
        unit: 's',
        goal: { of: 'ratio', most: 1.1, accounts },
        against: { what: `the same at ${count(sizes.small)}`, value: few },
      },
      { what, ours: many, unit: 's', against: { what: 'git comparing two trees', value: tree } },
    ]
  },
}
