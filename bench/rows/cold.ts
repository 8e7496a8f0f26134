import { join } from 'node:path'
import { Child } from '../child.ts'
import { corpusOf } from '../corpus.ts'
import { type Line, type Row, count } from '../line.ts'
import { inTurns, numberIn, tenfold } from '../measure.ts'
import { compileInto, emptyFolder } from '../store.ts'

/** Everything from nothing: all files parsed, checked and written. */
export const cold: Row = {
  name: 'cold',
  title: 'Cold',
  async run({ sizes }) {
    const corpus = await corpusOf('plain', sizes.cold)
    const config = join(corpus.folder, 'config')
    const seconds = await inTurns(Math.min(3, sizes.rounds), {
      compile: () => compileInto(emptyFolder('cold'), corpus, corpus.commit),
      check: () => tenfold(['check', '--quiet', '--config', config, '--at', corpus.commit], emptyFolder('cold')),
      bound: async () => {
        const answer: unknown = await Child.once('yaml-bound', { accounts: sizes.cold })
        return { stdout: '', seconds: numberIn(answer, 'seconds') }
      },
    })
    const against = { what: '`yaml` parsing them in as many workers', value: seconds.get('bound') ?? 0 }
    const goal = { of: 'ratio', most: 1, accounts: { meant: 100_000, had: sizes.cold } } as const
    const line = (what: 'compile' | 'check'): Line => {
      return { what: `\`${what}\` ${count(sizes.cold)} accounts`, ours: seconds.get(what), unit: 's', against, goal }
    }
    return [line('compile'), line('check')]
  },
}
