import { Child } from '../child.ts'
import { type Line, type Row, count } from '../line.ts'
import { numberIn } from '../measure.ts'
import { PEER_NAMES } from '../peers.ts'

/** Room for what a million calls allocate, so that nothing is collected while it is being counted. */
const FLAGS = ['--expose-gc', '--min-semi-space-size=512', '--max-semi-space-size=512']

/** A hot answer about random accounts. */
export const lookUp: Row = {
  name: 'look-up',
  title: 'Look-up',
  async run(bench) {
    const { big, peers: { calls } } = bench.sizes
    const store = await bench.store('plain', big)
    const peers = (await bench.peers()) ? Object.keys(PEER_NAMES) : []
    const costs: unknown = await Child.once('look-up', { store: store.url, accounts: big, peers, calls }, FLAGS)
    const cost = (name: string, key: 'nanoseconds' | 'bytes'): number => numberIn(member(costs, name), key)
    const ours = cost('ours', 'nanoseconds')
    const accounts = { meant: 1_000_000, had: big }
    const fastest = Math.min(...peers.map((peer) => cost(peer, 'nanoseconds')))
    const what = `getModelConfig, ${count(big)} accounts`
    return [
      {
        what, ours, unit: 'ns', goal: { of: 'ratio', most: 3, accounts },
        against: { what: '`Map.get` of a ready object', value: cost('map', 'nanoseconds') },
      },
      { what: 'bytes allocated a call', ours: cost('ours', 'bytes'), unit: 'B', goal: { of: 'value', most: 0 } },
      ...Object.entries(PEER_NAMES).filter(([peer]) => peers.includes(peer)).map(([peer, label]): Line => {
        const value = cost(peer, 'nanoseconds')
        return {
          what, ours, unit: 'ns', against: { what: label, value },
          note: `${label}: ${Math.round(cost(peer, 'bytes'))} B a call, with 1,000 accounts`,
          ...(value === fastest && { goal: { of: 'ratio', most: 0.1 } }),
        }
      }),
    ]
  },
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined
}
