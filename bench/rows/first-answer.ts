import { join } from 'node:path'
import { Child } from '../child.ts'
import { type Line, type Row, count } from '../line.ts'
import { median, numberIn, repeat } from '../measure.ts'

/** Accounts in the flat form that is parsed: more of them would be more than a string can hold. */
const FLAT = 100_000

/** From a started node to the first answer. */
export const firstAnswer: Row = {
  name: 'first-answer',
  title: 'First answer',
  async run(bench) {
    const { big, rounds } = bench.sizes
    const store = await bench.store('plain', big)
    const inputs = { store: store.url, accounts: big }
    const took = async (input: object): Promise<number> => {
      const answers = await repeat(rounds, () => Child.once('first-answer', input))
      return median(answers.map((answer) => numberIn(answer, 'milliseconds')))
    }
    const file = join(store.folder, 'flat.json')
    const flatAccounts = Math.min(FLAT, big)
    await Child.once('flat', { store: store.url, file, accounts: flatAccounts })
    const value = (await took({ flat: file, accounts: flatAccounts })) * (big / flatAccounts)
    const against = { what: '`JSON.parse` of the flat form', value }
    const accounts = { meant: 1_000_000, had: big }
    const line = async (mode: 'full' | 'lazy', most: number): Promise<Line> => {
      const ours = await took({ ...inputs, mode })
      const note = flatNote(flatAccounts, big)
      const goal = { of: 'ratio', most, accounts } as const
      return { what: `${mode}, ${count(big)} accounts`, ours, unit: 'ms', against, goal, note }
    }
    return [await line('full', 0.2), await line('lazy', 0.005)]
  },
}

function flatNote(parsed: number, big: number): string {
  return `the flat form without its prompts${parsed < big ? `, counted up from ${count(parsed)} accounts` : ''}`
}
