import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AwsClient } from 'aws4fetch'
import { type Settings, openSettings } from '../../../src/sdk/index.ts'
import { writeConfig } from '../../support/config.ts'
import { CLI, run } from '../../support/run.ts'
import { trustFolder } from '../../support/trust.ts'

const KILLS = Number(process.env['TENFOLD_KILLS'] ?? 50)
const ACCOUNTS = 10
const KEY = { AWS_ACCESS_KEY_ID: 'an-id', AWS_SECRET_ACCESS_KEY: 'a-secret' }

/** Kills a publisher at a random moment, again and again, while a service reads: it always sees one whole release. */
export async function killsLeaveItWhole(endpoint: string): Promise<string> {
  const client = new AwsClient({
    accessKeyId: 'an-id',
    secretAccessKey: 'a-secret',
    service: 's3',
    region: 'us-east-1',
  })
  const bucket = `kills-${process.pid}`
  await client.fetch(`${endpoint}/${bucket}`, { method: 'PUT' })
  const url = `s3:${bucket}/prod?endpoint=${endpoint}`
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-kills-'))
  const env = { ...process.env, ...KEY, XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache') }
  try {
    write(folder, 1)
    const args = [CLI, 'release', '--quiet', '--allow-missing', '--to', url]
    const first = await run(process.execPath, args, folder, { ...KEY })
    if (first.code !== 0) throw new Error(first.stderr)
    const settings = await openSettings({
      store: url,
      trust: join(folder, 'config', 'trust', 'root.json'),
      credentials: () => ({ accessKeyId: 'an-id', secretAccessKey: 'a-secret' }),
      refresh: { everyMs: 20 },
      keys: { from: 'env', env: {} },
    })
    const errors: string[] = []
    settings.on('error', ({ message }) => errors.push(message))
    const seen = new Set<number>()
    let killed = 0
    for (let n = 2; n < KILLS + 2; n++) {
      write(folder, n)
      const child = spawn(process.execPath, args, { cwd: folder, env, stdio: 'ignore' })
      const ended = new Promise((resolve) => child.once('exit', resolve))
      // A release of this size takes about half a second, and half of it is before the first request.
      const timer = setTimeout(
        () => {
          killed++
          child.kill('SIGKILL')
        },
        150 + Math.random() * 500,
      )
      while (child.exitCode === null && child.signalCode === null) {
        seen.add(oneNumber(settings))
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      clearTimeout(timer)
      await ended
    }
    write(folder, 1_000)
    const last = await run(process.execPath, args, folder, { ...KEY })
    if (last.code !== 0) throw new Error(`after the kills: ${last.stderr}`)
    await settings.refresh()
    if (oneNumber(settings) !== 1_000) throw new Error('the last release does not answer')
    await settings.close()
    if (errors.length > 0) throw new Error(`the service had ${errors.length} errors: ${errors[0]}`)
    return `${KILLS} publishers, ${killed} killed, ${seen.size} releases seen, each whole`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A configuration that says one number for each account and in the globals. */
function write(folder: string, n: number): void {
  const accounts = Array.from({ length: ACCOUNTS }, (_, i): [string, string] => {
    return [`accounts/a${i}.yaml`, `id: a${i}\nplan: growth\noverrides: { openai: { max_tokens: ${n} } }\n`]
  })
  const prompt = `title: Clustering\nplaceholders: none\nvalue: "${n}"\n`
  trustFolder(writeConfig({ ...Object.fromEntries(accounts), 'prompts/clustering.yaml': prompt }, folder))
}

/** What everything says in one release. @throws where a mixture answers. */
function oneNumber(settings: Settings): number {
  const at = settings.snapshot()
  const all = new Set([
    Number(at.getEffectivePrompt('nobody', 'clustering').promptValue),
    ...Array.from({ length: ACCOUNTS }, (_, i) => at.getModelConfig('generate_content', `a${i}`).maxTokens),
  ])
  const [number, ...others] = all
  if (number === undefined || others.length > 0) throw new Error(`a mixture answers: ${[...all].join(', ')}`)
  return number
}
