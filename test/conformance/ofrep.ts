/**
 * Does `tenfold serve` speak the OpenFeature Remote Evaluation Protocol as its description and its official clients have
 * it? Every exchange that the tests had with the server is held to the description; then clients in JavaScript (server
 * and browser), Python and Java ask a server that a command has started, and one of them is told of a release.
 *
 *     TENFOLD_OFREP_RECORDING=recording.jsonl npx vitest run test/serve
 *     npx tsx test/conformance/ofrep.ts recording.jsonl
 *
 * The clients are installed into a folder of their own; what is not on this machine (a JDK with Maven) is left out.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { request } from 'node:https'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { CLI, ROOT } from '../support/run.ts'
import { ASKED, JAVA, JS_SERVER, JS_WEB, POM, PYTHON } from './ofrep/clients.ts'
import { OfrepDescription, type Recorded } from './ofrep/description.ts'

const DESCRIPTION = join(ROOT, '..', 'shared', 'data', 'ofrep-openapi.yaml')
const CACHE = join(homedir(), '.cache', 'tenfold-ofrep')
/** How many event streams are open while questions are answered. */
const STREAMS = 10_000
const TOKEN = 'a-token-of-a-backend-0123456789'
const NODE_PACKAGES = [
  '@openfeature/server-sdk@1.23.0',
  '@openfeature/core@1.12.0',
  '@openfeature/ofrep-core@0.1.4',
  '@openfeature/ofrep-provider@0.1.3',
]
const WEB_PACKAGES = [
  '@openfeature/web-sdk@1.10.0',
  '@openfeature/core@1.12.0',
  '@openfeature/ofrep-web-provider@0.4.3',
  'eventsource@3.0.7',
]
const PYTHON_PACKAGES = ['openfeature-sdk==0.10.0', 'openfeature-provider-ofrep==0.3.0']

let [passed, failed] = [0, 0]
function told(what: string, isSo: boolean, more: unknown = ''): void {
  if (isSo) passed++
  else {
    failed++
    console.error(`ofrep: not so: ${what}\n${typeof more === 'string' ? more : JSON.stringify(more, null, 1)}`)
  }
}

function judgeRecording(file: string | undefined): void {
  if (!existsSync(DESCRIPTION))
    return console.log('ofrep: the description is not beside the project, and its part is left out')
  const description = new OfrepDescription(readFileSync(DESCRIPTION, 'utf8'))
  // A validator that passes everything would say nothing.
  const lame: Recorded = {
    method: 'POST',
    path: '/ofrep/v1/evaluate/flags/x',
    status: 200,
    answer: { key: 'x', value: [1], reason: 'X' },
  }
  told('a wrong answer is noticed', description.judge(lame).length > 0)
  if (file === undefined || !existsSync(file)) return console.log('ofrep: there is no recording to judge')
  const exchanges: Recorded[] = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const wrong = new Set(
    exchanges.flatMap((one) => description.judge(one).map((why) => `${one.status} ${one.path}: ${why}`)),
  )
  told(
    `${exchanges.length} exchanges are as the description has it`,
    wrong.size === 0 && exchanges.length > 100,
    [...wrong].slice(0, 20),
  )
  console.log(`ofrep: ${exchanges.length} exchanges judged, ${wrong.size} problems`)
}

const running: ChildProcess[] = []

/** A configuration with a root of trust, a store, and a server over it. */
async function started(folder: string): Promise<{ readonly url: string; readonly release: (tokens: number) => void }> {
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true, filter: (from) => !from.includes('trust') })
  const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache') }
  const run = (...args: string[]): void => {
    const { status, stderr } = spawnSync(process.execPath, [CLI, ...args], { cwd: folder, env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`tenfold ${args.join(' ')}: ${stderr}`)
  }
  const release = (tokens: number): void => {
    run('set', 'acme', 'openai.max_tokens', String(tokens))
    run('release', '--quiet', '--to', 'file:store', '--allow-missing')
  }
  run('keys', 'init')
  release(4_000)
  writeFileSync(join(folder, 'tokens'), `${TOKEN}\n`)
  writeFileSync(join(folder, 'keys'), `k1 ${Buffer.alloc(32, 7).toString('base64')}\n`)
  const url = await served(folder, env, [
    '--token-file',
    'tokens',
    '--token-keys',
    'keys',
    '--origin',
    'https://app.example.com',
  ])
  return { url, release }
}

async function served(folder: string, env: NodeJS.ProcessEnv, flags: readonly string[]): Promise<string> {
  const args = [CLI, 'serve', '--store', 'file:store', '--port', '0', '--every', '1s', ...flags]
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  running.push(child)
  return new Promise((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
}

function installed(name: string, packages: readonly string[]): string | undefined {
  const folder = join(CACHE, name)
  const stamp = join(folder, '.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === packages.join()) return folder
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const { status } = spawnSync('npm', ['install', '--silent', '--no-save', '--no-audit', '--no-fund', ...packages], {
    cwd: folder,
  })
  if (status !== 0) return undefined
  writeFileSync(stamp, packages.join())
  return folder
}

function environmentOf(url: string): NodeJS.ProcessEnv {
  return { ...process.env, URL: url, TOKEN, ASKED: JSON.stringify(ASKED) }
}

/** What every client has to be told, of the flags in their order. */
function checkAnswers(who: string, said: unknown): void {
  if (!Array.isArray(said)) return told(`${who} answers`, false, said)
  const [own, free, prompt, profiles, unknown, mismatch] = said
  told(
    `${who}: an object of the account’s`,
    isDeepStrictEqual(own, [
      { provider: 'openai', model: 'gpt-4', temperature: 0.8, max_tokens: 4_000 },
      'TARGETING_MATCH',
      'account',
      null,
    ]),
    own,
  )
  told(`${who}: a live plan`, free?.[0]?.model === 'gpt-4o-mini' && free[1] === 'STATIC' && free[2] === 'global', free)
  told(
    `${who}: a text`,
    typeof prompt?.[0] === 'string' && prompt[0].includes('keywords') && prompt[3] === null,
    prompt,
  )
  told(
    `${who}: records of an unknown account`,
    'clear-teacher' in Object(profiles?.[0]) && profiles?.[1] === 'STATIC',
    profiles,
  )
  told(
    `${who}: no such flag gives the default`,
    isDeepStrictEqual(unknown?.[0], { none: true }) && unknown?.[3] === 'FLAG_NOT_FOUND',
    unknown,
  )
  told(
    `${who}: another type gives the default`,
    isDeepStrictEqual(mismatch?.[0], { none: true }) && mismatch?.[3] !== null,
    mismatch,
  )
}

function askByNode(url: string): void {
  const folder = installed('server', NODE_PACKAGES)
  if (folder === undefined) return console.log('ofrep: the JavaScript client cannot be installed here')
  writeFileSync(join(folder, 'ask.mjs'), JS_SERVER)
  const { stdout, stderr } = spawnSync(process.execPath, ['ask.mjs'], {
    cwd: folder,
    env: environmentOf(url),
    encoding: 'utf8',
  })
  checkAnswers('JavaScript, server', stdout === '' ? stderr : JSON.parse(stdout))
}

async function followByWeb(url: string, release: (tokens: number) => void): Promise<void> {
  const folder = installed('web', WEB_PACKAGES)
  if (folder === undefined) return console.log('ofrep: the web client cannot be installed here')
  writeFileSync(join(folder, 'follow.mjs'), JS_WEB)
  const child = spawn(process.execPath, ['follow.mjs'], {
    cwd: folder,
    env: environmentOf(url),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.push(child)
  const lines: { first?: number; then?: number; at: number }[] = []
  child.stdout.on('data', (chunk: Buffer) => {
    for (const line of chunk
      .toString()
      .split('\n')
      .filter((text) => text.startsWith('{')))
      lines.push(JSON.parse(line))
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  while (lines.length === 0 && child.exitCode === null) await pause(20)
  // The stream is opened once the flags are there.
  await pause(500)
  release(4_100)
  const since = Date.now()
  await ended
  told('JavaScript, web: the first answer', lines[0]?.first === 4_000, lines)
  told('JavaScript, web: a release is told by the event stream, and answers', lines[1]?.then === 4_100, lines)
  if (lines[1] !== undefined)
    console.log(`ofrep: the web client had the new value ${lines[1].at - since} ms after the command`)
  release(4_000)
  await pause(2_500)
}

function askByPython(url: string): void {
  const venv = join(CACHE, 'venv')
  const python = join(venv, 'bin', 'python')
  if (!existsSync(python) && spawnSync('python3', ['-m', 'venv', venv]).status !== 0)
    return console.log('ofrep: there is no Python here')
  const pip = spawnSync(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PYTHON_PACKAGES],
    { encoding: 'utf8' },
  )
  if (pip.status !== 0) return console.log('ofrep: the Python client cannot be installed here')
  const { stdout, stderr } = spawnSync(python, ['-c', PYTHON], { env: environmentOf(url), encoding: 'utf8' })
  checkAnswers('Python', stdout === '' ? stderr : JSON.parse(stdout))
}

function askByJava(url: string): void {
  const folder = join(CACHE, 'java')
  if (spawnSync('mvn', ['--version']).status !== 0)
    return console.log('ofrep: there is no Maven here, and Java is left out')
  mkdirSync(join(folder, 'src/main/java'), { recursive: true })
  writeFileSync(join(folder, 'pom.xml'), POM)
  writeFileSync(join(folder, 'src/main/java/Main.java'), JAVA)
  const maven = ['-q', '-B', 'compile', 'org.codehaus.mojo:exec-maven-plugin:3.5.0:java', '-Dexec.mainClass=Main']
  const { stdout, stderr, status } = spawnSync('mvn', maven, { cwd: folder, env: environmentOf(url), encoding: 'utf8' })
  const said = [...stdout.matchAll(/SAID .*/g)].map(([line]) => line)
  if (status !== 0 && said.length === 0 && /Could not (?:resolve|transfer)/.test(stdout)) {
    return console.log('ofrep: the Java client cannot be installed here')
  }
  told('Java: an object of the account’s', said[0] === 'SAID gpt-4|TARGETING_MATCH|account|null', stdout + stderr)
  told('Java: a live plan', said[1] === 'SAID gpt-4o-mini|STATIC|global|null', said)
  told('Java: a text', /^SAID Group the ke\|\w+\|\w+\|null$/.test(said[2] ?? ''), said)
  told('Java: no such flag gives the default', /^SAID none\|ERROR\|null\|FLAG_NOT_FOUND$/.test(said[3] ?? ''), said)
}

/** Ten thousand streams that are idle, and a question. */
async function manyStreams(url: string): Promise<void> {
  const { port } = new URL(url)
  const head = `GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`
  const seen = { open: 0 }
  const sockets = Array.from({ length: STREAMS }, () => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    socket.once('data', () => seen.open++)
    socket.write(head)
    return socket
  })
  const end = Date.now() + 60_000
  while (seen.open < STREAMS && Date.now() < end) await pause(50)
  const answered = await fetch(`${url}/ofrep/v1/evaluate/flags/functions.generate_content`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: '{"context":{"targetingKey":"acme"}}',
  })
  told(
    `with ${STREAMS} idle event streams a question is answered`,
    seen.open === STREAMS && answered.status === 200,
    `${seen.open} are open`,
  )
  for (const socket of sockets) socket.destroy()
}

/** HTTPS with a certificate that is replaced while the server runs. */
async function overTls(folder: string): Promise<void> {
  const make = (name: string): boolean => {
    const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1']
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...subject]
    return spawnSync('openssl', [...args, '-keyout', 'tls.key', '-out', 'tls.crt'], { cwd: folder }).status === 0
  }
  if (!make('first')) return console.log('ofrep: there is no openssl here, and HTTPS is left out')
  const url = await served(folder, process.env, ['--tls-cert', 'tls.crt', '--tls-key', 'tls.key'])
  const subject = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const asked = request(`${url}/healthz`, { rejectUnauthorized: false, agent: false }, (response) => {
        const { socket } = response
        const name =
          'getPeerCertificate' in socket && typeof socket.getPeerCertificate === 'function'
            ? socket.getPeerCertificate()
            : {}
        response.resume().on('end', () => resolve(String(Object(Object(name).subject).CN)))
      })
      asked.on('error', reject)
      asked.end()
    })
  told('HTTPS is served', url.startsWith('https://') && (await subject()) === 'first')
  make('second')
  const end = Date.now() + 30_000
  let name = await subject()
  while (name !== 'second' && Date.now() < end) {
    await pause(200)
    name = await subject()
  }
  told('a certificate that is renewed is served', name === 'second', name)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

const folder = mkdtempSync(join(tmpdir(), 'tenfold-ofrep-'))
try {
  judgeRecording(process.argv[2])
  const { url, release } = await started(folder)
  askByNode(url)
  await followByWeb(url, release)
  askByPython(url)
  askByJava(url)
  await manyStreams(url)
  await overTls(folder)
} finally {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
console.log(`ofrep: ${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
