import { Child } from '../child.ts'
import { editOf } from '../corpus.ts'
import { type Row, count } from '../line.ts'
import { median, repeat } from '../measure.ts'
import { StoreServer } from '../server.ts'

/** What goes over the line to a running service when one account changed. */
export const updateTraffic: Row = {
  name: 'update-traffic',
  title: 'Update traffic',
  async run(bench) {
    const { big, rounds } = bench.sizes
    const store = await bench.store('plain', big)
    const server = await StoreServer.start(await store.publish())
    const service = new Child('service', { store: server.url, trust: store.trust, everyMs: 0 })
    try {
      await service.answer()
      const whole = server.taken()
      const taken = await repeat(rounds, async (round) => {
        await store.compile(await store.commit([editOf((round * 104_729) % big, 100 + round)]))
        await store.publish()
        server.taken()
        await service.ask('refresh')
        return server.taken()
      })
      const ours = median(taken.map(({ bytes }) => bytes))
      const requests = median(taken.map((one) => one.requests))
      const accounts = { meant: 1_000_000, had: big }
      const against = { what: 'the whole bundle', value: whole.bytes }
      const what = `fetched after one change, ${count(big)} accounts`
      return [
        {
          what,
          ours,
          unit: 'B',
          against,
          goal: { of: 'value', most: 18_432, accounts },
          note: 'with the headers of the answers',
        },
        { what: 'requests after one change', ours: requests, unit: '', goal: { of: 'value', most: 4, accounts } },
        {
          what: `fetched right after packing, ${count(big)} accounts`,
          ours: whole.bytes / 1e6,
          unit: 'MB',
          goal: { of: 'value', most: 110, accounts },
        },
        {
          what: 'requests right after packing',
          ours: whole.requests,
          unit: '',
          goal: { of: 'value', most: 16, accounts },
        },
      ]
    } finally {
      service.end()
      server.close()
    }
  },
}
