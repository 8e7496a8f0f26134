import { Child } from '../child.ts'
import { SETS } from '../corpus.ts'
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
    const {
      big,
      peers: { calls },
    } = bench.sizes
    const peers = (await bench.peers()) ? Object.keys(PEER_NAMES) : []
    const measure = async (shape: 'sets' | 'distinct', beside: readonly string[]): Promise<unknown> => {
      const store = await bench.store(shape, big)
      return Child.once('look-up', { store: store.url, accounts: big, peers: beside, calls }, FLAGS)
    }
    const [sets, distinct] = [await measure('sets', peers), await measure('distinct', [])]
    const cost = (name: string, key: 'nanoseconds' | 'bytes', of = sets): number => numberIn(member(of, name), key)
    const against = (of: unknown): NonNullable<Line['against']> => {
      return { what: '`Map.get` of a ready object', value: cost('map', 'nanoseconds', of) }
    }
    const fastest = Math.min(...peers.map((peer) => cost(peer, 'nanoseconds')))
    const what = `getModelConfig, ${count(big)} accounts`
    return [
      {
        what: `${what}, ${count(SETS)} sets of overrides`,
        ours: cost('ours', 'nanoseconds'),
        unit: 'ns',
        goal: { of: 'ratio', most: 1.5, accounts: { meant: 1_000_000, had: big } },
        against: against(sets),
      },
      { what: 'bytes allocated a call', ours: cost('ours', 'bytes'), unit: 'B', goal: { of: 'value', most: 0 } },
      {
        what: `${what}, all overrides distinct`,
        ours: cost('ours', 'nanoseconds', distinct),
        unit: 'ns',
        against: against(distinct),
        goal: { of: 'ratio', most: 6, accounts: { meant: 1_000_000, had: big } },
        note: `${cost('ours', 'bytes', distinct).toFixed(0)} B a call`,
      },
      ...Object.entries(PEER_NAMES)
        .filter(([peer]) => peers.includes(peer))
        .map(([peer, label]): Line => {
          const value = cost(peer, 'nanoseconds')
          return {
            what: `${what}, of which 1,000 are asked for`,
            ours: cost('few', 'nanoseconds'),
            unit: 'ns',
            against: { what: label, value },
            note: `${label} has those 1,000 alone: ${Math.round(cost(peer, 'bytes'))} B a call`,
            ...(value === fastest && { goal: { of: 'ratio', most: 0.08 } }),
          }
        }),
    ]
  },
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined
}
