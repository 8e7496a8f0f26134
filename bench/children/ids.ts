import { idOf, randomFrom } from '../../test/support/corpus.ts'

/** Ids of random accounts, as strings that nobody has seen before: those of a table's own keys are found too easily. */
export function randomIds(count: number, accounts: number): string[] {
  const random = randomFrom(7)
  return Array.from({ length: count }, () => Buffer.from(idOf(random.below(accounts))).toString('latin1'))
}
