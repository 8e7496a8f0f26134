import { editOf } from '../corpus.ts'
import { type Line, type Row, count } from '../line.ts'
import { median, medianSeconds, repeat, tenfold } from '../measure.ts'
import { ROOT } from '../place.ts'
import type { Store } from '../store.ts'

/** One account edited and committed. */
export const oneChange: Row = {
  name: 'one-change',
  title: 'One change',
  async run(bench) {
    const { sizes } = bench
    const help = await medianSeconds(sizes.rounds, () => tenfold(['--help'], ROOT))
    const few = await change(await bench.store('plain', sizes.small), sizes.rounds)
    const many = await change(await bench.store('plain', sizes.big), sizes.rounds)
    const accounts = { meant: 1_000_000, had: sizes.big }
    const at = `${count(sizes.big)} accounts`
    const small = `the same at ${count(sizes.small)}`
    const lines = (what: string, ours: number, value: number): Line[] => [
      { what, ours, unit: 's', against: { what: small, value }, goal: { of: 'ratio', most: 1.1, accounts } },
      {
        what,
        ours,
        unit: 's',
        against: { what: '`tenfold --help`', value: help },
        goal: { of: 'ratio', most: 2.5, accounts },
      },
    ]
    return [
      ...lines(`\`check --since\`, ${at}`, many.check, few.check),
      ...lines(`\`compile\`, ${at}`, many.compile, few.compile),
      { what: 'files parsed', ours: many.parsed, unit: '', goal: { of: 'value', most: 1 } },
      { what: 'objects written', ours: many.written, unit: '', goal: { of: 'value', most: 4 } },
    ]
  },
}

/** Another account each time, for a store that knows a change already has nothing to do. */
async function change(
  store: Store,
  rounds: number,
): Promise<Record<'check' | 'compile' | 'parsed' | 'written', number>> {
  const changes = await repeat(rounds, async (round) => {
    const before = store.at
    const after = await store.commit([editOf((round * 7919) % store.corpus.size, round)])
    return { check: await store.check('--at', after, '--since', before), compile: await store.compile(after) }
  })
  return {
    check: median(changes.map(({ check }) => check.seconds)),
    compile: median(changes.map(({ compile }) => compile.seconds)),
    parsed: Math.max(...changes.map(({ compile }) => compile.parsed)),
    written: Math.max(...changes.map(({ compile }) => compile.written)),
  }
}
