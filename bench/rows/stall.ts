import { Child } from '../child.ts'
import { editOf } from '../corpus.ts'
import { type Row, count } from '../line.ts'
import { median, numberIn, repeat } from '../measure.ts'
import { StoreServer } from '../server.ts'

/** About as many accounts as one leaf of the store holds: 8 KiB of their lines. */
const ACCOUNTS_A_LEAF = 80

/** A release with 1 % of the shards changed, swapped in while the service runs. */
export const stall: Row = {
  name: 'stall',
  title: 'Stall',
  async run(bench) {
    const { big, rounds } = bench.sizes
    const store = await bench.store('plain', big)
    const server = await StoreServer.start(await store.publish())
    const service = new Child('service', { store: server.url, trust: store.trust, everyMs: 0 })
    try {
      await service.answer()
      // Accounts are spread over the shards by their hash: as many accounts as shards are as many shards, nearly.
      const shards = Math.max(1, Math.round(big / ACCOUNTS_A_LEAF / 100))
      const swaps = await repeat(rounds, async (round) => {
        const edits = Array.from({ length: shards }, (_, i) => editOf((i * 7919 + round) % big, 200 + round))
        await store.compile(await store.commit(edits))
        await store.publish()
        return service.ask('refresh')
      })
      const of = (key: string): number => median(swaps.map((swap) => numberIn(swap, key)))
      const accounts = { meant: 1_000_000, had: big }
      return [
        {
          what: `longest pause, ${count(big)} accounts, 1 % of the shards`,
          ours: of('pause'),
          unit: 'ms',
          against: { what: 'an idle loop here', value: of('idle') },
          goal: { of: 'ratio', most: 4, accounts },
          note: `${shards} accounts changed; the swap took ${of('milliseconds').toFixed(0)} ms`,
        },
        {
          what: 'most memory meanwhile',
          ours: of('peak') / 1e6,
          unit: 'MB',
          against: { what: 'before', value: of('before') / 1e6 },
          goal: { of: 'ratio', most: 1.05, accounts },
        },
      ]
    } finally {
      service.end()
      server.close()
    }
  },
}
