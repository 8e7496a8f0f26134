import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CountingServer } from './counting-server.ts'
import { writeConfig } from '../../support/config.ts'
import { CLI, run } from '../../support/run.ts'
import { trustFolder } from '../../support/trust.ts'

const FLEET = Number(process.env['TENFOLD_FLEET'] ?? 200)
const PROCESSES = 4

/** Many services on one bus, none of which polls: all answer with the new value, each after one look. */
export async function fleetIsTold(bus: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-fleet-'))
  const servers: CountingServer[] = []
  const children: ChildProcess[] = []
  try {
    await release(folder, 1, bus)
    const server = await CountingServer.start(join(folder, 'store'))
    servers.push(server)
    const trust = join(folder, 'config', 'trust', 'root.json')
    const measure = async (services: number, n: number): Promise<number> => {
      const many = Math.min(PROCESSES, services)
      const here = Array.from({ length: many }, (_, i) => {
        const count = Math.floor(services / many) + (i < services % many ? 1 : 0)
        return fork(fileURLToPath(new URL('listener.ts', import.meta.url)), [], {
          execArgv: ['--import', 'tsx'],
          env: { ...process.env, FLEET: JSON.stringify({ count, store: server.origin, trust, bus }) },
        })
      })
      children.push(...here)
      await Promise.all(here.map((child) => said(child, 'ready')))
      // The looks after the connection are over.
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      server.heads = 0
      const answered = Promise.all(here.map((child) => said(child, `answers ${n}`)))
      await release(folder, n, bus)
      const released = performance.now()
      await answered
      const took = performance.now() - released
      if (server.heads !== services) throw new Error(`${services} services asked for the head ${server.heads} times`)
      for (const child of here) child.kill()
      return took
    }
    const one = Math.max(1, await measure(1, 2))
    const all = await measure(FLEET, 3)
    return `${FLEET} services in ${PROCESSES} processes, one look each; the last one ${Math.round(all)} ms after the command, one alone ${Math.round(one)} ms: × ${(all / one).toFixed(1)}`
  } finally {
    for (const child of children) child.kill()
    for (const server of servers) server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function release(folder: string, n: number, bus: string): Promise<void> {
  const account = `id: acme\nplan: growth\noverrides: { openai: { max_tokens: ${n} } }\n`
  trustFolder(writeConfig({ 'accounts/acme.yaml': account }, folder))
  const args = [CLI, 'release', '--allow-missing', '--to', 'file:store', '--notify', bus, '--format', 'json']
  const ran = await run(process.execPath, args, folder)
  if (ran.code !== 0) throw new Error(ran.stderr)
  const { notified }: { notified: { ok: boolean }[] } = JSON.parse(ran.stdout)
  if (notified.some(({ ok }) => !ok)) throw new Error(ran.stderr)
}

function said(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`a process of the fleet ended with ${code}`)))
    child.on('message', (message) => message === text && resolve())
  })
}
