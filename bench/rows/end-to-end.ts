import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { idOf } from '../../test/support/corpus.ts'
import { trustFolder } from '../../test/support/trust.ts'
import { Child } from '../child.ts'
import { corpusOf, editOf } from '../corpus.ts'
import { type Line, type Row, count } from '../line.ts'
import { median, medianSeconds, repeat, tenfold } from '../measure.ts'
import { ROOT, git } from '../place.ts'
import { StoreServer } from '../server.ts'
import { emptyFolder } from '../store.ts'

/** How often the service looks at the store. */
const EVERY_MS = 50
const ACCOUNT = 424
const CONFIGERATOR_SECONDS = 14.5

/** From an edited file to a running service that answers with it. */
export const endToEnd: Row = {
  name: 'end-to-end',
  title: 'End to end',
  async run({ sizes }) {
    const folder = await checkout(sizes.cold)
    await tenfold(['compile', '--at', 'HEAD', '--quiet'], folder)
    await publish(folder)
    const server = await StoreServer.start(join(folder, 'published'))
    const trust = join(folder, 'config', 'trust', 'root.json')
    const service = new Child('service', { store: server.url, trust, everyMs: EVERY_MS, account: idOf(ACCOUNT) })
    const help = await medianSeconds(5, () => tenfold(['--help'], ROOT))
    try {
      await service.answer()
      const ways = {
        '`compile --at HEAD`, `publish`': async () => {
          await tenfold(['compile', '--at', 'HEAD', '--quiet'], folder)
          await publish(folder)
        },
        '`release` of the working tree': () => tenfold(['release', '--quiet', '--to', 'file:published'], folder),
      }
      const lines: Line[] = []
      let edits = 0
      for (const [way, release] of Object.entries(ways)) {
        lines.push(lineOf(way, await repeat(3, () => change(folder, service, edits++, release)), sizes.cold, help))
      }
      lines.push(await withNotice(folder, server.url, trust, () => edits++, sizes.cold, help))
      return lines
    } finally {
      service.end()
      server.close()
    }
  },
}

/** The same with a bus, and a service that never polls: nothing but the notice makes it look. */
async function withNotice(
  folder: string,
  store: string,
  trust: string,
  edit: () => number,
  accounts: number,
  help: number,
): Promise<Line> {
  const what = `commit, \`release --notify\`, fetch: ${count(accounts)} accounts`
  const bus = await startNats()
  if (bus === undefined) return { what, ours: undefined, unit: 's', note: 'there is no nats-server here' }
  const notify = { url: `nats://127.0.0.1:${bus.port}/tenfold`, spreadMs: 0 }
  const service = new Child('service', { store, trust, everyMs: 0, notify, account: idOf(ACCOUNT) })
  try {
    await service.answer()
    // It looks once when it is connected.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const release = (): Promise<unknown> => {
      return tenfold(['release', '--quiet', '--to', 'file:published', '--notify', notify.url], folder)
    }
    const took = await repeat(3, () => change(folder, service, edit(), release))
    return { ...lineOf('`release --notify`', took, accounts, help), what }
  } finally {
    service.end()
    bus.child.kill()
  }
}

async function startNats(): Promise<{ readonly child: ChildProcess; readonly port: number } | undefined> {
  const port = 4_222 + (process.pid % 10_000)
  const child = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  const isThere = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false))
    setTimeout(() => resolve(child.exitCode === null), 500)
  })
  return isThere ? { child, port } : undefined
}

interface Took {
  readonly commit: number
  readonly release: number
  readonly arrive: number
}

async function change(folder: string, service: Child, edit: number, release: () => Promise<unknown>): Promise<Took> {
  const [path, text] = editOf(ACCOUNT, 100 + edit)
  writeFileSync(join(folder, 'config', path), text)
  const begun = performance.now()
  await git(folder, 'commit', '--quiet', '--message', 'a change', '--', join('config', path))
  const committed = performance.now()
  const arrived = service.answer()
  await release()
  const released = performance.now()
  const answer: unknown = await arrived
  const done = performance.now()
  const expected = JSON.stringify({ temperature: (1100 + edit) / 1000 })
  if (JSON.stringify(answer) !== expected) throw new Error(`the service answers ${JSON.stringify(answer)}`)
  return { commit: committed - begun, release: released - committed, arrive: Math.max(0, done - released) }
}

function lineOf(way: string, took: readonly Took[], accounts: number, help: number): Line {
  const of = (part: keyof Took): number => median(took.map((one) => one[part])) / 1000
  return {
    what: `commit, ${way}, fetch: ${count(accounts)} accounts`,
    ours: median(took.map(({ commit, release, arrive }) => (commit + release + arrive) / 1000)),
    unit: 's',
    against: { what: '`tenfold --help`', value: help },
    goal: { of: 'ratio', most: 5, accounts: { meant: 100_000, had: accounts } },
    note:
      `Configerator, as published: ${CONFIGERATOR_SECONDS} s; commit ${of('commit').toFixed(2)} s, release ${of('release').toFixed(2)} s, ` +
      `until the service answers ${of('arrive').toFixed(2)} s more`,
  }
}

/** The corpus in a working tree, with a root of trust in it: what a pull request is merged into. */
async function checkout(accounts: number): Promise<string> {
  const corpus = await corpusOf('plain', accounts)
  const folder = emptyFolder('end-to-end')
  await git(folder, 'clone', '--quiet', '--shared', corpus.folder, '.')
  await git(folder, 'reset', '--quiet', '--hard', corpus.commit)
  trustFolder(folder)
  await git(folder, 'add', 'config/trust')
  await git(folder, 'commit', '--quiet', '--message', 'the root of trust')
  return folder
}

async function publish(folder: string): Promise<void> {
  await tenfold(['publish', '--quiet', '--from', 'file:.tenfold/store', '--to', 'file:published'], folder)
}
