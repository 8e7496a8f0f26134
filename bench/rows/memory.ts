import { Child } from '../child.ts'
import { SETS } from '../corpus.ts'
import { type Bench, type Line, type Row, count } from '../line.ts'
import { numberIn } from '../measure.ts'
import { PEER_NAMES } from '../peers.ts'
import type { Store } from '../store.ts'

const MB = 1e6

/** What a service weighs over an empty process. */
export const memory: Row = {
  name: 'memory',
  title: 'Memory',
  async run(bench) {
    const { big } = bench.sizes
    const empty: unknown = await Child.once('memory', {})
    const sets = await bench.store('sets', big)
    const others = await inOtherForms(bench, sets)
    return [
      ...(await loaded(sets, empty, `${count(SETS)} sets of overrides`)),
      ...(await loaded(await bench.store('distinct', big), empty, 'all overrides distinct')),
      ...others,
    ]
  },
}

async function loaded(store: Store, empty: unknown, kind: string): Promise<Line[]> {
  const { size } = store.corpus
  const accounts = { meant: 1_000_000, had: size }
  const weigh = (mode: string, asked: number): Promise<unknown> => {
    return Child.once('memory', { mode, store: store.url, accounts: size, asked })
  }
  const over = (weight: unknown, key: string, base = key): number => {
    return (numberIn(weight, key) - numberIn(empty, base)) / MB
  }
  const [full, lazy] = [await weigh('full', 100_000), await weigh('lazy', 1000)]
  const what = `${count(size)} accounts, ${kind}`
  const goal = { of: 'value', most: store.corpus.shape === 'distinct' ? 140 : 60, accounts } as const
  const lazyGoal = { of: 'value', most: 20, accounts } as const
  const note = `${over(full, 'askedRss', 'rss').toFixed(0)} MB once 100,000 random ones were asked for`
  return [
    { what: `${what}: full, RSS`, ours: over(full, 'rss'), unit: 'MB', goal, note },
    { what: `${what}: full, heap and external`, ours: over(full, 'used'), unit: 'MB', goal },
    {
      what: `${what}: lazy, RSS`,
      ours: over(lazy, 'askedRss', 'rss'),
      unit: 'MB',
      goal: lazyGoal,
      note: '1,000 random ones were asked for',
    },
    { what: `${what}: lazy, heap and external`, ours: over(lazy, 'asked', 'used'), unit: 'MB', goal: lazyGoal },
  ]
}

/** One function's answers as ready objects, or in a peer, weighed for a few accounts and counted up. */
async function inOtherForms(bench: Bench, store: Store): Promise<Line[]> {
  const { size } = store.corpus
  // More would not fit, and what they weigh grows with their number.
  const held = Math.min(bench.sizes.peers.accounts, size)
  const forms = { objects: 'one object an account', ...((await bench.peers()) ? PEER_NAMES : {}) }
  const lines: Line[] = []
  let ours: number | undefined
  for (const [beside, label] of Object.entries(forms)) {
    const input = { mode: 'full', store: store.url, accounts: size, asked: 1000, beside, besideAccounts: held }
    const weight: unknown = await Child.once('memory', input)
    ours ??= numberIn(weight, 'used') / MB
    const value = (numberIn(weight, 'beside') / MB) * (size / held)
    lines.push({
      what: 'every function, heap and external, against one function',
      ours,
      unit: 'MB',
      against: { what: label, value },
      note: `counted up from ${count(held)} accounts`,
    })
  }
  return lines
}
