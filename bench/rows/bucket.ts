import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Child } from '../child.ts'
import { editOf } from '../corpus.ts'
import { type Line, type Row, count } from '../line.ts'
import { median, numberIn, repeat, tenfold } from '../measure.ts'
import type { Store } from '../store.ts'

/** Where `test/conformance/delivery.ts` installs a server that others wrote. */
const MOTO = join(homedir(), '.cache', 'tenfold-delivery', 'moto', 'bin', 'moto_server')

/** What a publish to a bucket takes: all of a store, and one change; and what it takes to read all of it there. */
export const bucketRow: Row = {
  name: 'bucket',
  title: 'Publish to a bucket',
  async run(bench) {
    const { big, rounds } = bench.sizes
    const store = await bench.store('plain', big)
    const published = await store.publish()
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'an-id', AWS_SECRET_ACCESS_KEY: 'a-secret' })
    const lines: Line[] = []
    const server = new Child('bucket', {})
    try {
      const port = numberIn(await server.answer(), 'port')
      const bare: unknown = await Child.once('bare-puts', { folder: published, port })
      await server.ask('empty')
      const first = await publish(store, port)
      const whole: unknown = await server.ask()
      const changes = await repeat(rounds, async (round) => {
        await store.compile(await store.commit([editOf((round * 7907) % big, 300 + round)]))
        await server.ask()
        await publish(store, port)
        return server.ask()
      })
      const of = (key: string): number => median(changes.map((one) => numberIn(one, key)))
      const accounts = { meant: 1_000_000, had: big }
      lines.push(
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
          note: `${of('puts')} writes, one of them to see that the server knows conditions, and ${of('gets')} reads`,
        },
      )
    } finally {
      server.end()
    }
    return [...lines, ...(await onMoto(store, big))]
  },
}

/** The same on a server that others wrote, and all of it read from there by a service. */
async function onMoto(store: Store, big: number): Promise<Line[]> {
  if (!existsSync(MOTO)) return [{ what: 'on moto', ours: undefined, unit: 's', note: 'it is not installed here' }]
  const at = await freePort()
  const moto = spawn(MOTO, ['-H', '127.0.0.1', '-p', String(at)], { stdio: 'ignore' })
  const between = new Child('bucket', { upstream: `http://127.0.0.1:${at}` })
  try {
    await answers(at, moto)
    const port = numberIn(await between.answer(), 'port')
    await fetch(`http://127.0.0.1:${at}/bucket`, { method: 'PUT' })
    const first = await publish(store, port)
    const written: unknown = await between.ask()
    await store.compile(await store.commit([editOf(17, 700)]))
    await publish(store, port)
    const change: unknown = await between.ask()
    const read = await Child.once('first-answer', { store: urlOf(port), trust: store.trust, accounts: big }, [
      '--expose-gc',
    ])
    const taken: unknown = await between.ask()
    const requests = (of: unknown): string =>
      `${count(numberIn(of, 'puts'))} writes and ${count(numberIn(of, 'gets'))} reads`
    return [
      {
        what: `the first publish to moto, ${count(big)} accounts`,
        ours: first.seconds,
        unit: 's',
        note: requests(written),
      },
      {
        what: 'requests of one change, moto',
        ours: numberIn(change, 'puts') + numberIn(change, 'gets'),
        unit: '',
        goal: { of: 'value', most: 8, accounts: { meant: 1_000_000, had: big } },
        note: requests(change),
      },
      {
        what: `requests of a whole load from moto, ${count(big)} accounts`,
        ours: numberIn(taken, 'gets'),
        unit: '',
        goal: { of: 'value', most: 24, accounts: { meant: 1_000_000, had: big } },
        note: `${(numberIn(taken, 'bytes') / 1e6).toFixed(1)} MB, and the first answer after ${Math.round(numberIn(read, 'milliseconds'))} ms`,
      },
    ]
  } finally {
    between.end()
    moto.kill()
  }
}

function urlOf(port: number): string {
  return `s3:bucket/prod?endpoint=http://127.0.0.1:${port}`
}

function publish(store: Store, port: number): ReturnType<typeof tenfold> {
  return tenfold(['publish', '--from', 'file:.tenfold/store', '--to', urlOf(port)], store.folder)
}

async function answers(port: number, server: ChildProcess): Promise<void> {
  while (server.exitCode === null) {
    const isUp = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    )
    if (isUp) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('moto ended')
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
