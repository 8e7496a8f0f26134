import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { isObject } from '../../../src/store/format/decode-json.ts'
import { ROOT } from '../../support/run.ts'

/** Starts a program that is ended with this script, and waits until it listens on a port. */
type Run = (name: string, port: number, command: string, args: readonly string[], env?: object) => Promise<void>

/**
 * Does what compose.yaml says, with its own lines, on this machine: the bucket's command, the release, the server out of
 * the files that the Dockerfile leaves in its image, and what the client asks. Ports and folders are those of here.
 *
 * @returns what the client got.
 */
export async function composeAnswers(
  versitygw: string,
  folder: string,
  run: Run,
  freePort: () => Promise<number>,
): Promise<string> {
  const text = readFileSync(join(ROOT, 'compose.yaml'), 'utf8')
  const { bucket, server, client } = servicesIn(parse(text))
  const [bucketPort, port] = [await freePort(), await freePort()]
  const place = join(folder, 'compose')
  const here = (line: string): string =>
    [
      ['bucket:8080', `127.0.0.1:${port}`],
      ['127.0.0.1:7070', `127.0.0.1:${bucketPort}`],
      ['/run/secrets/', `${place}/`],
      ['/run/config/', `${place}/`],
      ['/var/cache/tenfold', `${place}/cache`],
      ['$$', '$'],
    ].reduce((done, [there = '', now = '']) => done.replaceAll(there, now), line)

  const image = join(place, 'app')
  mkdirSync(image, { recursive: true })
  cpSync(join(ROOT, 'config'), join(place, 'config'), { recursive: true })
  for (const name of ['package.json', 'LICENSE', 'dist'])
    cpSync(join(ROOT, name), join(image, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'))
  const sh = (line: string): string =>
    execFileSync('bash', ['-ec', line.replaceAll('npx tenfold', `node ${join(ROOT, 'dist', 'cli.js')}`)], {
      cwd: place,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })

  const data = join(place, 'data')
  const [volume = ''] = bucket.volumes
  mkdirSync(join(data, volume.replace(/^bucket:\/data/, '')), { recursive: true })
  const args = bucket.command.map((arg) => arg.replace(':7070', `127.0.0.1:${bucketPort}`).replace('/data', data))
  await run('the bucket of compose.yaml', bucketPort, versitygw, args, bucket.environment)

  const lines = [...text.matchAll(/^# {5}(.*)$/gm)].map(([, line = '']) => line)
  const commands = lines.filter((line) => !line.startsWith('docker ')).map(here)
  if (commands.length < 3) throw new Error('compose.yaml does not say how to begin')
  sh(['npx tenfold keys init', ...commands].join('\n'))

  const serving = [join(image, 'dist', 'cli.js'), ...server.command.map(here), `--port=${port}`]
  await run('the server of compose.yaml', port, process.execPath, serving, server.environment)
  const asked = client.command.map(here).join(' ')
  for (let tries = 0; ; tries++) {
    const answer: unknown = JSON.parse(sh(asked))
    if (isObject(answer) && isObject(answer['value'])) return `acme gets ${String(answer['value']['model'])}`
    // It listens before it has its first release.
    if (tries === 100) throw new Error(JSON.stringify(answer))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

interface Service {
  readonly command: readonly string[]
  readonly environment: object
  readonly volumes: readonly string[]
}

function servicesIn(compose: unknown): Record<'bucket' | 'server' | 'client', Service> {
  const service = (name: string): Service => {
    const services: unknown = isObject(compose) ? compose['services'] : undefined
    const found: unknown = isObject(services) ? services[name] : undefined
    if (!isObject(found)) throw new Error(`compose.yaml has no service ${name}`)
    const texts = (member: unknown): string[] => (Array.isArray(member) ? member.map(String) : [])
    return {
      command: texts(found['command']),
      environment: isObject(found['environment']) ? found['environment'] : {},
      volumes: texts(found['volumes']),
    }
  }
  return { bucket: service('bucket'), server: service('server'), client: service('client') }
}
