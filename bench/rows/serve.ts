import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { Child } from '../child.ts'
import { editOf } from '../corpus.ts'
import { type Row, count } from '../line.ts'
import { median, numberIn, repeat, timed } from '../measure.ts'
import { CLI, ROOT } from '../place.ts'

const CANNON = join(ROOT, 'bench', 'peers', 'node_modules', 'autocannon', 'autocannon.js')
const CONNECTIONS = 32
const SECONDS = 4
const STREAMS = 5_000
const FLAG = '/ofrep/v1/evaluate/flags/functions.generate_content'

interface Load {
  readonly perSecond: number
  readonly p99: number
}

/** Answers over HTTP, beside a server that does nothing but read a request and send the same bytes. */
export const serve: Row = {
  name: 'serve',
  title: 'Serve',
  async run(bench) {
    if (!(await bench.peers())) {
      return [{ what: 'answers over HTTP', ours: undefined, unit: 'ns', note: 'autocannon cannot be installed here' }]
    }
    const { big, rounds } = bench.sizes
    const store = await bench.store('sets', big)
    const { url, child } = await started(store.url, store.folder)
    const body = JSON.stringify({ context: { targetingKey: 'a7' } })
    const answer = await (await fetch(`${url}${FLAG}`, { method: 'POST', body })).text()
    const bare = new Child('bare-http', { answer })
    try {
      const bareUrl = `http://127.0.0.1:${numberIn(await bare.answer(), 'port')}`
      const turns = await repeat(rounds, async () => ({ ours: await load(url, body), bare: await load(bareUrl, body) }))
      const of = (who: 'ours' | 'bare', key: keyof Load): number => median(turns.map((turn) => turn[who][key]))
      // Releases while questions are asked: a compile of one change takes the other core.
      const publisher = { isOver: false }
      const publishing = (async () => {
        for (let n = 0; !publisher.isOver; n++) {
          await store.compile(await store.commit([editOf((n * 7907) % big, 500 + n)]))
          await new Promise((resolve) => setTimeout(resolve, 1_000))
        }
      })()
      const busy = await repeat(2, () => load(url, body, 8))
      publisher.isOver = true
      await publishing
      const clients = new Child('event-clients', { url, streams: STREAMS })
      numberIn(await clients.answer(), 'open')
      await store.compile(await store.commit([editOf(3, 900)]))
      const told = numberIn(await clients.ask(), 'milliseconds')
      clients.end()
      const ns = (perSecond: number): number => 1e9 / perSecond
      return [
        {
          what: `one answer, ${count(big)} accounts, ${CONNECTIONS} connections`,
          ours: ns(of('ours', 'perSecond')),
          unit: 'ns',
          against: { what: 'node:http alone, with the same bytes', value: ns(of('bare', 'perSecond')) },
          goal: { of: 'ratio', most: 1 / 0.7 },
          note: `${count(Math.round(of('ours', 'perSecond')))} answers a second from one process`,
        },
        {
          what: 'the 99th percentile while releases come',
          ours: median(busy.map(({ p99 }) => p99)),
          unit: 'ms',
          against: { what: 'the same without', value: of('ours', 'p99') },
          goal: { of: 'ratio', most: 2 },
          note: 'a release a second, compiled on the same machine',
        },
        {
          what: `a change told to ${count(STREAMS)} event streams, from the first to the last`,
          ours: told,
          unit: 'ms',
          goal: { of: 'value', most: 1_000 },
        },
      ]
    } finally {
      bare.end()
      child.kill()
    }
  },
}

async function started(store: string, cwd: string): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const args = [CLI, 'serve', '--quiet', '--store', store, '--port', '0', '--every', '1s']
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
  return { url, child }
}

async function load(url: string, body: string, seconds = SECONDS): Promise<Load> {
  const flags = ['--json', '--no-progress', '-c', String(CONNECTIONS), '-d', String(seconds), '-m', 'POST']
  const headers = ['-H', 'content-type=application/json', '-b', body]
  const { stdout } = await timed(process.execPath, [CANNON, ...flags, ...headers, `${url}${FLAG}`], ROOT)
  const report: { requests: { mean: number }; latency: { p99: number }; non2xx: number } = JSON.parse(stdout)
  if (report.non2xx > 0) throw new Error(`${report.non2xx} answers were errors`)
  return { perSecond: report.requests.mean, p99: report.latency.p99 }
}
