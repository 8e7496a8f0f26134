/**
 * Is the packed program usable by those who did not write it: jest, webpack, other lines of node, Bun and Deno, by
 * `import` and by `require`, with sealed keys; and have publint and arethetypeswrong anything to say of it?
 *
 *     npx tsx test/conformance/packages.ts
 *
 * All of these are installed into a temporary folder, in versions that run on node 20.
 */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SAID, installInto, installSdkInto, service, writeInto } from '../support/installed.ts'
import { CLI, ROOT } from '../support/run.ts'

const TOOLS = ['jest@29.7.0', 'webpack@5.113.0', 'webpack-cli@7.3.1', 'publint@0.3.25', '@arethetypeswrong/cli@0.18.5']
/** Runtimes that come as npm packages, each of which may have nothing for this machine. */
const RUNTIMES = ['node@22', 'node@24', 'bun@1', 'deno@2']

const LINE = {
  import: `${service('import')}\nopen().then(console.log)`,
  require: `${service('require')}\nopen().then(console.log)`,
}
const JEST = `test('answers', async () => expect(JSON.parse(await open())).toEqual(${JSON.stringify(SAID)}))\n`
const WEBPACK = `const path = require('node:path')
const out = (name, over = {}) => ({
  mode: 'production', target: 'node20', entry: './' + name, ...over,
  output: { path: path.join(__dirname, 'out', name), filename: over.experiments ? 'main.mjs' : 'main.cjs', ...over.output },
})
const experiments = { outputModule: true }
module.exports = [
  out('import.mjs'), out('require.cjs'),
  out('import.mjs', { experiments, output: { path: path.join(__dirname, 'out', 'module'), module: true, library: { type: 'module' } } }),
]
`
const PROJECT = {
  'import.mjs': LINE.import,
  'require.cjs': LINE.require,
  'sdk-import.mjs': `${service('import', 'tenfold-sdk')}\nopen().then(console.log)`,
  'sdk-require.cjs': `${service('require', 'tenfold-sdk')}\nopen().then(console.log)`,
  'webpack.config.cjs': WEBPACK,
  'of-require/answers.test.js': `${service('require')}\n${JEST}`,
  'of-import/answers.test.mjs': `${service('import')}\n${JEST}`,
  'jest.config.json': JSON.stringify({
    testMatch: ['**/*.test.*js'],
    transform: {},
    testPathIgnorePatterns: ['/node_modules/', '/out/'],
  }),
}

function ran(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): SpawnSyncReturns<string> {
  return spawnSync(command, args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8' })
}

/** A store with sealed keys, by the program itself, and what a service is told of it. */
function released(folder: string): NodeJS.ProcessEnv {
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true, filter: (from) => !from.includes('trust') })
  // The machine's own keys and stores are none of this script's business.
  const state = { XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache') }
  const keys = {
    OPENAI_API_KEY: SAID[1],
    ANTHROPIC_API_KEY: 'b'.repeat(20),
    DALLE_API_KEY: 'c'.repeat(20),
    RUNWARE_API_KEY: 'd'.repeat(20),
    VOYAGE_API_KEY: 'e'.repeat(20),
  }
  for (const args of [
    ['keys', 'init'],
    ['release', '--to', 'file:store'],
  ]) {
    const { status, stderr } = ran(process.execPath, [CLI, ...args], folder, {
      ...state,
      ...Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, String(key)])),
    })
    if (status !== 0) throw new Error(`tenfold ${args.join(' ')}: ${stderr}`)
  }
  return {
    STORE: `file:${join(folder, 'store')}`,
    ROOT_OF_TRUST: join(folder, 'config/trust/root.json'),
    IDENTITY: join(folder, '.tenfold/keys/production-runtime.age'),
    NOW: String(Date.now()),
  }
}

function install(folder: string, packages: readonly string[]): boolean {
  mkdirSync(folder, { recursive: true })
  writeInto(folder, { 'package.json': '{}' })
  const { status } = ran('npm', ['install', '--silent', '--no-save', '--no-audit', '--no-fund', ...packages], folder)
  return status === 0
}

async function main(folder: string): Promise<number> {
  const project = join(folder, 'project')
  if (!install(project, TOOLS)) {
    console.log('packages: skipped, since their tools cannot be installed here')
    return 0
  }
  await installInto(project)
  writeInto(project, PROJECT)
  const env = released(join(folder, 'released'))
  const bin = join(project, 'node_modules/.bin')
  let [passed, failed] = [0, 0]
  const told = (what: string, isSo: boolean, { stdout, stderr }: SpawnSyncReturns<string>): void => {
    if (isSo) passed++
    else failed++
    if (!isSo) console.error(`packages: not so: ${what}\n${stdout}${stderr}`)
  }
  const answers = (what: string, command: string, args: readonly string[], cwd = project): void => {
    const result = ran(command, args, cwd, env)
    told(what, result.status === 0 && result.stdout.trim() === JSON.stringify(SAID), result)
  }

  for (const kind of ['require', 'import']) {
    const flags = kind === 'import' ? { NODE_OPTIONS: '--experimental-vm-modules' } : {}
    const result = ran(join(bin, 'jest'), [`of-${kind}`], project, { ...env, ...flags })
    told(`jest, by ${kind}`, result.status === 0, result)
  }
  const webpack = ran(join(bin, 'webpack-cli'), ['--config', 'webpack.config.cjs'], project)
  told('webpack', webpack.status === 0 && !/WARNING|ERROR/.test(webpack.stdout), webpack)
  // Away from what is installed: a bundle that still asks for it would find it.
  const elsewhere = join(folder, 'elsewhere')
  cpSync(join(project, 'out'), elsewhere, { recursive: true })
  for (const file of ['import.mjs/main.cjs', 'require.cjs/main.cjs', 'module/main.mjs']) {
    answers(`webpack’s bundle ${file}`, process.execPath, [file], elsewhere)
  }
  const tarball = ran('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], ROOT)
  const packed = join(folder, tarball.stdout.trim())
  const sdk = await installSdkInto(project)
  for (const [name, file] of Object.entries({ tenfold: packed, 'tenfold-sdk': sdk })) {
    const publint = ran(join(bin, 'publint'), ['run', file, '--strict'], project)
    told(`publint, ${name}`, publint.status === 0, publint)
    const attw = ran(join(bin, 'attw'), [file, '--no-color'], project)
    told(`arethetypeswrong, ${name}`, attw.status === 0, attw)
  }

  // What the registries would be given; nothing is sent.
  for (const from of [ROOT, join(ROOT, 'dist', 'tenfold-sdk')]) {
    const rehearsal = ran(
      'npm',
      ['publish', '--dry-run', '--ignore-scripts', '--access', 'public', '--tag', 'rehearsal'],
      from,
    )
    told(`npm publish, as a rehearsal, of ${from}`, rehearsal.status === 0, rehearsal)
  }
  await asReadmeSays(join(folder, 'readme'), { tenfold: packed, sdk }, told)

  for (const name of RUNTIMES) {
    const at = join(folder, name)
    const program = join(at, 'node_modules/.bin', name.replace(/@.*/, ''))
    const version = install(at, [name]) ? ran(program, ['--version'], at) : undefined
    if (version?.status !== 0) {
      console.log(`packages: ${name} is skipped: there is none for this machine`)
      continue
    }
    for (const file of ['import.mjs', 'require.cjs', 'sdk-import.mjs', 'sdk-require.cjs'])
      answers(`${name}, ${file}`, program, name.startsWith('deno') ? ['run', '-A', file] : [file])
  }
  console.log(`packages: ${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

type Told = (what: string, isSo: boolean, result: SpawnSyncReturns<string>) => void

/**
 * The two commands that the README has for each language, in an empty folder, with what is built here in the place of
 * what a registry would give.
 */
async function asReadmeSays(
  folder: string,
  packages: { readonly tenfold: string; readonly sdk: string },
  told: Told,
): Promise<void> {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const rows = [...readme.matchAll(/^\| (?:TypeScript|Python|any other)[^|]*\| `([^`]+)` \| `([^`]+)`/gm)]
  const [
    [, installSdk = '', askSdk = ''] = [],
    [, installPython = '', askPython = ''] = [],
    [, serve = '', curl = ''] = [],
  ] = rows
  const env = { XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache') }
  const shell = (line: string): SpawnSyncReturns<string> => ran('bash', ['-c', line], folder, env)
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true, filter: (from) => !from.includes('trust') })
  const released = ran(process.execPath, [CLI, 'release', '--quiet'], folder, env)
  told('a store for the README’s services', released.status === 0, released)

  const installed = shell(installSdk.replace('tenfold-sdk', `--silent --no-audit --no-fund ${packages.sdk}`))
  told(installSdk, installed.status === 0, installed)
  const [, service = ''] = /^```js\n([^]*?)^```$/m.exec(readme) ?? []
  writeInto(folder, { 'service.mjs': service.replace("'tenfold'", "'tenfold-sdk'") })
  const asked = shell(askSdk)
  told(askSdk, asked.stdout.startsWith('openai gpt-4 '), asked)

  shell(`npm install --silent --no-audit --no-fund ${packages.tenfold}`)
  const child = spawn('bash', ['-c', `exec ${serve.replace('npx', 'npx --no-install')} --port 0 --quiet`], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
    // npx has the program as a child, which outlives it where it is killed alone.
    detached: true,
  })
  const url = await new Promise<string>((resolve) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
    child.once('exit', () => resolve(''))
  })
  const answered = shell(curl.replace('http://127.0.0.1:8080', url).replace('curl', 'curl -s'))
  if (child.pid !== undefined) process.kill(-child.pid)
  told(`${serve}; ${curl}`, answered.stdout.includes('"model":"gpt-4"'), answered)

  const venv = shell('python3 -m venv venv')
  if (venv.status !== 0) return console.log('packages: there is no Python here, and its commands are left out')
  const bin = 'PATH="$PWD/venv/bin:$PATH" '
  const wheel = shell(
    bin + installPython.replace('tenfold', `--quiet --disable-pip-version-check ${join(ROOT, 'python')}`),
  )
  told(installPython, wheel.status === 0, wheel)
  const [, line = ''] =
    /python -c "([^"]*open_settings[^"]*)"/.exec(readFileSync(join(ROOT, 'python/README.md'), 'utf8')) ?? []
  writeInto(folder, { 'service.py': line.replaceAll('; ', '\n') })
  const said = shell(bin + askPython)
  told(askPython, said.stdout.includes('gpt-4'), said)
}

const folder = mkdtempSync(join(tmpdir(), 'tenfold-packages-'))
try {
  process.exitCode = await main(folder)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
