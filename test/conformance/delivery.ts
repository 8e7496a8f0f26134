/**
 * Releases on what people run: buckets of moto and of versitygw, Debian's container registry, a NATS server. Installs
 * and starts each on this machine, and runs against them the contract of readers and publishers, races, kills in the
 * middle of a publish, and a fleet that is told.
 *
 *     npx tsx test/conformance/delivery.ts
 *
 * `TENFOLD_KILLS` is how often a publisher is killed (50), `TENFOLD_FLEET` how many services listen (200).
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../support/run.ts'
import { composeAnswers } from './delivery/compose.ts'
import { fleetIsTold } from './delivery/fleet.ts'
import { killsLeaveItWhole } from './delivery/kills.ts'

const MOTO = 'moto[server]==5.2.5'
const VERSITYGW = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0'
/** Kept between runs, outside of the checkout: building versitygw takes minutes. */
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? tmpdir(), '.cache'), 'tenfold-delivery')

/**
 * Starts moto's server, one request at a time: it checks a condition and then writes, and between the two another
 * thread may do the same, so that two writers would win.
 */
const MOTO_IN_TURN = `
import threading
from moto import server
from moto.moto_server.werkzeug_app import MotoRequestHandler
turn = threading.Lock()
class InTurn(MotoRequestHandler):
    def run_wsgi(self):
        with turn:
            super().run_wsgi()
server.MotoRequestHandler = InTurn
server.main()
`

interface Count {
  passed: number
  failed: number
}

function sh(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`)
}

function has(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
}

/** Debian's packages, where they are not there. */
function installPackages(): void {
  const missing = ['docker-registry', 'nats-server'].filter((name) => !has(name))
  if (missing.length === 0) return
  sh('apt-get', ['update', '-qq'])
  sh('apt-get', ['install', '-y', '-qq', ...missing], { ...process.env, DEBIAN_FRONTEND: 'noninteractive' })
}

/** Returns the Python that has it. */
function installMoto(): string {
  const venv = join(CACHE, 'moto')
  if (!existsSync(join(venv, 'bin', 'moto_server'))) {
    sh('python3', ['-m', 'venv', venv])
    sh(join(venv, 'bin', 'pip'), ['install', '--quiet', MOTO])
  }
  return join(venv, 'bin', 'python')
}

/** Undefined where there is no Go to build it with. */
function installVersitygw(): string | undefined {
  const program = join(CACHE, 'versitygw')
  if (existsSync(program)) return program
  if (!has('go')) return undefined
  sh('go', ['install', VERSITYGW], { ...process.env, GOBIN: CACHE, GOFLAGS: '-buildvcs=false' })
  return program
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function started(child: ChildProcess, port: number, name: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`)
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('close', () => socket.destroy())
      setTimeout(() => socket.destroy(), 100)
    })
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${name} does not answer`)
}

/** The services that are running, to be ended in any case. */
const running: ChildProcess[] = []

/** Starts a program that is ended with this one, and waits until it listens. */
async function run(name: string, port: number, command: string, args: readonly string[], env = {}): Promise<void> {
  const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, ...env } })
  running.push(child)
  await started(child, port, name)
  console.log(`${name} is on ${port}`)
}

async function startServers(folder: string): Promise<{ s3: object[]; oci: string; nats: number }> {
  const [moto, versity, registry, nats] = [await freePort(), await freePort(), await freePort(), await freePort()]
  await run('moto', moto, installMoto(), ['-c', MOTO_IN_TURN, '-H', '127.0.0.1', '-p', String(moto)])
  const s3: object[] = [{ name: 'moto', endpoint: `http://127.0.0.1:${moto}`, id: 'an-id', secret: 'a-secret' }]
  const versitygw = installVersitygw()
  if (versitygw === undefined) console.log('versitygw is left out: there is no Go here to build it with')
  else {
    const [id, secret] = ['an-id', 'a-secret']
    mkdirSync(join(folder, 'versity'))
    await run('versitygw', versity, versitygw, ['--port', `127.0.0.1:${versity}`, 'posix', join(folder, 'versity')], {
      ROOT_ACCESS_KEY: id,
      ROOT_SECRET_KEY: secret,
    })
    s3.push({ name: 'versitygw', endpoint: `http://127.0.0.1:${versity}`, id, secret })
    await check('compose.yaml, without containers', count, () => composeAnswers(versitygw, folder, run, freePort))
  }
  const config = join(folder, 'registry.yml')
  writeFileSync(
    config,
    `version: 0.1
storage: { filesystem: { rootdirectory: ${join(folder, 'registry')} }, delete: { enabled: true } }
http: { addr: "127.0.0.1:${registry}" }
log: { level: error, accesslog: { disabled: true } }
`,
  )
  await run('docker-registry', registry, 'docker-registry', ['serve', config])
  await run('nats-server', nats, 'nats-server', ['-a', '127.0.0.1', '-p', String(nats)])
  return { s3, oci: `127.0.0.1:${registry}`, nats }
}

/** The contract, and what else these tests say of a real server. */
function contract(s3: object[], oci: string, count: Count): void {
  const env = { ...process.env, TENFOLD_TEST_S3: JSON.stringify(s3), TENFOLD_TEST_OCI: oci }
  const tests = ['test/store/bucket.test.ts', 'test/store/registry.test.ts']
  const args = ['--no-install', 'vitest', 'run', '--reporter=json', ...tests]
  const { stdout, stderr } = spawnSync('npx', args, { cwd: ROOT, env, encoding: 'utf8', maxBuffer: 1 << 28 })
  const report: unknown = JSON.parse(stdout.slice(stdout.indexOf('{')))
  const numberOf = (key: string): number => {
    const entry = Object.entries(typeof report === 'object' && report !== null ? report : {}).find(
      ([name]) => name === key,
    )
    return typeof entry?.[1] === 'number' ? entry[1] : Number.NaN
  }
  count.passed += numberOf('numPassedTests')
  count.failed += numberOf('numFailedTests')
  for (const [, name = '', why = ''] of stdout.matchAll(
    /"fullName":"([^"]*)","status":"failed".*?"failureMessages":\["((?:[^"\\]|\\.){0,600})/g,
  )) {
    console.log(`failed: ${name}: ${why}`)
  }
  if (Number.isNaN(numberOf('numPassedTests'))) console.log(stderr.slice(0, 2000))
}

async function check(name: string, count: Count, work: () => Promise<string>): Promise<void> {
  try {
    console.log(`${name}: ${await work()}`)
    count.passed++
  } catch (error) {
    console.log(`${name}: ${error instanceof Error ? error.stack : String(error)}`)
    count.failed++
  }
}

const folder = mkdtempSync(join(tmpdir(), 'tenfold-delivery-'))
const count: Count = { passed: 0, failed: 0 }
try {
  mkdirSync(CACHE, { recursive: true })
  installPackages()
  const { s3, oci, nats } = await startServers(folder)
  contract(s3, oci, count)
  const [first] = s3
  const endpoint = first !== undefined && 'endpoint' in first ? String(first.endpoint) : ''
  await check('kills over a publish to a bucket', count, () => killsLeaveItWhole(endpoint))
  await check('a fleet that is told', count, () => fleetIsTold(`nats://127.0.0.1:${nats}/tenfold.production`))
} finally {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
console.log(`delivery: ${count.passed} passed, ${count.failed} failed`)
process.exit(count.failed > 0 ? 1 : 0)
