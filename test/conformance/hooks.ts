/**
 * The lines of docs/hooks.md, as they are, under the programs that they are for: what is wrong is not committed, and what
 * is right is. The programs are installed for it.
 */
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')
const place = mkdtempSync(join(tmpdir(), 'tenfold-hooks-'))
process.on('exit', () => rmSync(place, { recursive: true, force: true }))

/** The npm packages, or the Python ones, that a section needs. */
const NEEDS: Readonly<Record<string, { readonly npm?: string; readonly pip?: string }>> = {
  git: {},
  'pre-commit': { pip: 'pre-commit==4.3.0' },
  lefthook: { npm: 'lefthook@2.0.4' },
  husky: { npm: 'husky@9.1.7' },
  'lint-staged': { npm: 'lint-staged@16.1.6' },
}

const page = readFileSync(join(ROOT, 'docs', 'hooks.md'), 'utf8')
const blocks = [...page.matchAll(/^```(\w+) hook (\S+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
  ([, , tool = '', file, text = '']) => ({ tool, file, text }),
)

interface Ran {
  readonly status: number | null
  readonly said: string
}

function run(folder: string, command: string, args: readonly string[], path = ''): Ran {
  const env = {
    ...process.env,
    PATH: `${path === '' ? '' : `${path}:`}${process.env['PATH'] ?? ''}`,
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
    HOME: place,
  }
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}

function must(ran: Ran, what: string): void {
  if (ran.status !== 0) throw new Error(`${what}: ${ran.said}`)
}

/** A repository with the sample configuration in which the program is installed, and one tool. */
function repository(tool: string): { folder: string; path: string } {
  const folder = join(place, tool)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "name": "settings", "private": true, "type": "module" }\n')
  const { npm, pip } = NEEDS[tool] ?? {}
  if (npm !== undefined)
    must(
      run(folder, 'npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', npm]),
      `npm install ${npm}`,
    )
  const bin = join(folder, 'node_modules', '.bin')
  mkdirSync(bin, { recursive: true })
  symlinkSync(join(ROOT, 'dist', 'cli.js'), join(bin, 'tenfold'))
  let path = bin
  if (pip !== undefined) {
    const venv = join(place, 'venv')
    must(run(place, 'python3', ['-m', 'venv', venv]), 'python3 -m venv')
    must(run(place, join(venv, 'bin', 'pip'), ['install', '-q', pip]), `pip install ${pip}`)
    path = `${bin}:${join(venv, 'bin')}`
  }
  spawnSync('cp', ['-r', join(ROOT, 'config'), folder])
  writeFileSync(join(folder, '.gitignore'), 'node_modules/\n.tenfold/\n')
  must(run(folder, 'git', ['init', '-q', '-b', 'main']), 'git init')
  must(run(folder, 'git', ['add', '-A']), 'git add')
  must(run(folder, 'git', ['commit', '-q', '-m', 'start']), 'git commit')
  return { folder, path }
}

function setUp(folder: string, tool: string, path: string): void {
  for (const { file, text } of blocks.filter((one) => one.tool === tool)) {
    if (file !== undefined) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
      must(run(folder, 'git', ['add', file]), `git add ${file}`)
    } else must(run(folder, 'sh', ['-euc', text], path), `the lines for ${tool}`)
  }
  run(folder, 'git', ['add', '-A'])
  must(run(folder, 'git', ['commit', '-q', '-m', 'hooks'], path), `the first commit with ${tool}`)
}

/** What of it goes wrong; empty where nothing does. */
function attempt(folder: string, path: string): string[] {
  const account = join(folder, 'config', 'accounts', 'acme.yaml')
  const before = readFileSync(account, 'utf8')
  const commit = (...args: readonly string[]): Ran =>
    run(folder, 'git', ['commit', '-q', '-m', 'change', ...args], path)
  const wrong: string[] = []
  writeFileSync(account, before.replace(/^plan: .*$/m, 'plan: nope'))
  run(folder, 'git', ['add', '-A'])
  const refused = commit()
  if (refused.status === 0 || !refused.said.includes('nope'))
    wrong.push(`a wrong plan was committed, or not named: ${refused.said}`)
  run(folder, 'git', ['reset', '-q', '--hard'])

  // Staged it is wrong, and mended since.
  writeFileSync(account, before.replace(/^plan: .*$/m, 'plan: nope'))
  run(folder, 'git', ['add', '-A'])
  writeFileSync(account, before)
  if (commit().status === 0) wrong.push('what was staged was not judged')
  run(folder, 'git', ['reset', '-q', '--hard'])

  appendFileSync(account, '# a note\n')
  run(folder, 'git', ['add', '-A'])
  const taken = commit()
  if (taken.status !== 0) wrong.push(`what is right was refused: ${taken.said}`)
  return wrong
}

let [passed, failed] = [0, 0]
for (const tool of Object.keys(NEEDS)) {
  if (!blocks.some((one) => one.tool === tool)) throw new Error(`docs/hooks.md has no lines for ${tool}`)
  if (tool === 'pre-commit' && !existsSync('/usr/bin/python3') && spawnSync('python3', ['--version']).status !== 0) {
    console.log('pre-commit: left out, since there is no python3 here')
    continue
  }
  const { folder, path } = repository(tool)
  setUp(folder, tool, path)
  const wrong = attempt(folder, path)
  for (const what of wrong) console.error(`${tool}: ${what}`)
  if (wrong.length === 0) passed++
  else failed++
}
console.log(`hooks of docs/hooks.md: ${passed} right, ${failed} wrong`)
process.exitCode = failed === 0 ? 0 : 1
