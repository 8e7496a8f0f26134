import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Settings, openSettings } from '../../src/sdk/index.ts'
import { BASE, temporaryFolder, writeConfig } from '../support/config.ts'
import { CLI, tenfold } from '../support/run.ts'
import { trustFolder } from '../support/trust.ts'

const KILLS = 200
const ACCOUNTS = 10

/** A configuration that says one number in twelve places. */
function write(folder: string, n: number): void {
  const accounts = Array.from({ length: ACCOUNTS }, (_, i): [string, string] => {
    return [`accounts/a${i}.yaml`, `id: a${i}\nplan: growth\noverrides: { openai: { max_tokens: ${n} } }\n`]
  })
  trustFolder(writeConfig({
    ...Object.fromEntries(accounts),
    'settings.yaml': (BASE['settings.yaml'] ?? '').replaceAll('max_tokens: 8192', `max_tokens: ${n}`),
    'prompts/clustering.yaml': `title: Clustering\nplaceholders: none\nvalue: "${n}"\n`,
  }, folder))
}

/** Everything that one release says, or an error: a service would see it. */
function numbersIn(settings: Settings): number[] {
  const at = settings.snapshot()
  const ids = Array.from({ length: ACCOUNTS }, (_, i) => `a${i}`)
  return [
    Number(at.getEffectivePrompt('nobody', 'clustering').promptValue),
    ...['nobody', ...ids].map((id) => at.getModelConfig('generate_content', id).maxTokens ?? Number.NaN),
  ]
}

test('a service that reads while 200 random kills hit publishers always sees one whole release', async () => {
  const store = join(temporaryFolder(), 'store')
  const folders = [0, 1, 2].map(() => temporaryFolder())
  let n = 1
  const first = folders[0] ?? ''
  write(first, n)
  expect(await tenfold(['release', '--to', `file:${store}`], first)).toMatchObject({ code: 0 })

  const keys = { from: 'env', env: {} } as const
  const settings = await openSettings({ store: `file:${store}`, trust: join(first, 'config', 'trust', 'root.json'), refresh: { everyMs: 5 }, keys })
  const errors: unknown[] = []
  settings.on('error', (error) => errors.push(error))
  const seen = new Set<number>()
  let seq = 0
  let reads = 0
  const reading = setInterval(() => {
    const numbers = numbersIn(settings)
    if (new Set(numbers).size !== 1) errors.push(`the places of one release disagree: ${numbers.join(', ')}`)
    if (settings.status.seq < seq) errors.push(`seq went back from ${seq} to ${settings.status.seq}`)
    seq = settings.status.seq
    for (const number of numbers) seen.add(number)
    reads++
  }, 3)

  let kills = 0
  let whileWriting = 0
  const publishing = folders.map(async (folder) => {
    while (kills < KILLS) {
      write(folder, ++n)
      const { killed, writing } = await killAtRandom(folder, store)
      if (killed) kills++
      if (writing) whileWriting++
    }
  })
  await Promise.all(publishing)
  clearInterval(reading)
  await settings.close()
  expect(errors).toEqual([])
  expect(reads).toBeGreaterThan(500)
  expect(whileWriting).toBeGreaterThan(20)
  expect(seen.size).toBeGreaterThan(3)

  write(first, ++n)
  expect(await tenfold(['release', '--to', `file:${store}`], first)).toMatchObject({ code: 0 })
  expect(await tenfold(['verify', store], first)).toMatchObject({ code: 0, stderr: '' })
  const last = await openSettings({ store: `file:${store}`, trust: join(first, 'config', 'trust', 'root.json'), refresh: { everyMs: 0 }, keys })
  expect(new Set(numbersIn(last))).toEqual(new Set([n]))
  await last.close()
}, 180_000)

/**
 * Starts a release and kills it at a random moment: half of them anywhere in their life, the others soon after
 * they begin to write, where a kill could do harm; some of these are done before it hits.
 */
async function killAtRandom(folder: string, store: string): Promise<{ killed: boolean; writing: boolean }> {
  const child = spawn(process.execPath, [CLI, 'release', '--to', `file:${store}`], { cwd: folder, stdio: 'ignore' })
  const ended = new Promise<boolean>((resolve) => child.on('close', (_, signal) => resolve(signal === 'SIGKILL')))
  const anywhere = Math.random() < 0.5
  let writing = false
  const kill = (ms: number): NodeJS.Timeout => setTimeout(() => child.kill('SIGKILL'), ms)
  let timer = kill(anywhere ? 30 + Math.random() * 370 : 4_000)
  const look = anywhere ? undefined : setInterval(() => {
    if (writing || !isWriting(child, store)) return
    writing = true
    clearTimeout(timer)
    timer = kill(Math.random() * 120)
  }, 1)
  const killed = await ended
  clearTimeout(timer)
  clearInterval(look)
  return { killed, writing: killed && writing }
}

function isWriting({ pid }: ChildProcess, store: string): boolean {
  return existsSync(join(store, 'tmp')) && readdirSync(join(store, 'tmp')).some((name) => name.startsWith(`${pid}-`))
}
