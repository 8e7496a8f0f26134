import { Child } from '../child.ts'
import { editOf } from '../corpus.ts'
import { type Row, count } from '../line.ts'
import { median, numberIn, repeat, tenfold } from '../measure.ts'

/** What a publish to a bucket takes: all of a store, and one change. */
export const bucketRow: Row = {
  name: 'bucket',
  title: 'Publish to a bucket',
  async run(bench) {
    const { big, rounds } = bench.sizes
    const store = await bench.store('plain', big)
    const published = await store.publish()
    const server = new Child('bucket', {})
    const named = { AWS_ACCESS_KEY_ID: 'an-id', AWS_SECRET_ACCESS_KEY: 'a-secret' }
    Object.assign(process.env, named)
    try {
      const port = numberIn(await server.answer(), 'port')
      const target = `s3:bucket/prod?endpoint=http://127.0.0.1:${port}`
      const publish = (): ReturnType<typeof tenfold> => {
        return tenfold(['publish', '--from', 'file:.tenfold/store', '--to', target], store.folder)
      }
      const bare: unknown = await Child.once('bare-puts', { folder: published, port })
      await server.ask('empty')
      const first = await publish()
      const whole: unknown = await server.ask()
      const changes = await repeat(rounds, async (round) => {
        await store.compile(await store.commit([editOf((round * 7907) % big, 300 + round)]))
        await server.ask()
        await publish()
        return server.ask()
      })
      const of = (key: string): number => median(changes.map((one) => numberIn(one, key)))
      const accounts = { meant: 1_000_000, had: big }
      return [
        {
          what: `the first publish, ${count(big)} accounts`,
          ours: first.seconds,
          unit: 's',
          against: { what: 'the same writes by a bare loop', value: numberIn(bare, 'seconds') },
          goal: { of: 'ratio', most: 1.5, accounts },
          note: `${count(numberIn(whole, 'puts'))} writes and ${count(numberIn(whole, 'gets'))} reads, with signatures; the bare loop makes ${count(numberIn(bare, 'puts'))} writes without`,
        },
        {
          what: `requests of one change, ${count(big)} accounts`,
          ours: of('puts') + of('gets'),
          unit: '',
          goal: { of: 'value', most: 8, accounts },
          note: `${of('puts')} writes, two of them to see that the server knows conditions, and ${of('gets')} reads`,
        },
      ]
    } finally {
      server.end()
    }
  },
}
