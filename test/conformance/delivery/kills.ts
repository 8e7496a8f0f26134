import { type ChildProcess, spawn } from 'node:child_process'
import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http'
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
const LAST = 16_000
const KEY = { AWS_ACCESS_KEY_ID: 'an-id', AWS_SECRET_ACCESS_KEY: 'a-secret' }

/**
 * Kills a publisher at a random request, before it is done or after, again and again, while a service reads: it always
 * sees one whole release.
 */
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
  const between = await killing(endpoint)
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-kills-'))
  const env = { ...process.env, ...KEY, XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache') }
  try {
    write(folder, 1)
    const to = `s3:${bucket}/prod?endpoint=${between.url}`
    const args = [CLI, 'release', '--quiet', '--allow-missing', '--to', to]
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
    write(folder, 2)
    between.begin()
    await run(process.execPath, args, folder, { ...KEY })
    const requests = between.asked
    let killed = 0
    for (let n = 3; n < KILLS + 3; n++) {
      write(folder, n)
      const child = spawn(process.execPath, args, { cwd: folder, env, stdio: 'ignore' })
      const ended = new Promise((resolve) => child.once('exit', resolve))
      between.begin({ child, at: 1 + Math.floor(Math.random() * requests), isDone: Math.random() < 0.5 })
      while (child.exitCode === null && child.signalCode === null) {
        seen.add(oneNumber(settings))
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      await ended
      if (child.signalCode === 'SIGKILL') killed++
    }
    between.begin()
    write(folder, LAST)
    const last = await run(process.execPath, args, folder, { ...KEY })
    if (last.code !== 0) throw new Error(`after the kills: ${last.stderr}`)
    await settings.refresh()
    if (oneNumber(settings) !== LAST) throw new Error('the last release does not answer')
    await settings.close()
    if (errors.length > 0) throw new Error(`the service had ${errors.length} errors: ${errors[0]}`)
    return `${KILLS} publishers, ${killed} killed at one of their ${requests} requests, ${seen.size} releases seen, each whole`
  } finally {
    between.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Whom to kill, at which of its requests, and whether that is done before. */
interface Kill {
  readonly child: ChildProcess
  readonly at: number
  readonly isDone: boolean
}

/** A server between a publisher and the bucket, which counts requests, and kills the publisher at one of them. */
async function killing(endpoint: string): Promise<{
  readonly url: string
  readonly asked: number
  begin(kill?: Kill): void
  close(): void
}> {
  let asked = 0
  let kill: Kill | undefined
  const forward = (from: IncomingMessage, to: ServerResponse | undefined): void => {
    const { method, headers, url = '/' } = from
    const passed = request(`${endpoint}${url}`, { method, headers }, (answer) => {
      if (to === undefined) {
        answer.resume().on('end', () => kill?.child.kill('SIGKILL'))
        return
      }
      to.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(to)
    })
    passed.on('error', () => to?.destroy())
    from.on('error', () => passed.destroy())
    from.pipe(passed)
  }
  const server = createServer((from, to) => {
    asked++
    if (kill === undefined || asked < kill.at) forward(from, to)
    else if (asked > kill.at) to.destroy()
    else if (kill.isDone) forward(from, undefined)
    else kill.child.kill('SIGKILL')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    get asked() {
      return asked
    },
    begin: (next) => {
      asked = 0
      kill = next
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
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
