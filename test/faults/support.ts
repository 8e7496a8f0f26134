import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { CLI, type Ran, run } from '../support/run.ts'

/** Everything below a folder: what each path is, its mode, and a digest of what it holds. */
export function treeOf(folder: string, path = ''): Record<string, string> {
  const at = join(folder, path)
  const stat = lstatSync(at)
  const mode = (stat.mode & 0o777).toString(8)
  if (stat.isSymbolicLink()) return { [path]: `link ${readlinkSync(at)}` }
  if (stat.isFile()) return { [path]: `file ${mode} ${stat.size > 50_000_000 ? stat.size : sha(readFileSync(at))}` }
  if (!stat.isDirectory()) return { [path]: 'other' }
  const below = readdirSync(at)
    .filter((name) => name !== '.git')
    .map((name) => treeOf(folder, join(path, name)))
  return Object.assign({ [path]: `folder ${mode}` }, ...below)
}

function sha(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A clear refusal: the exit code, what and the way out on stderr, nothing on stdout, and no trace of ours. */
export function expectRefused(ran: Ran, code: 2 | 3, ...says: readonly (string | RegExp)[]): void {
  expect(ran).toMatchObject({ code, stdout: '' })
  expect(ran.stderr).toMatch(/^error: \S/m)
  expect(ran.stderr).toMatch(/^ help: \S/m)
  for (const what of says) expect(ran.stderr).toMatch(what)
  expectNoTrace(ran)
}

/** No stack trace, no object of Node's printed, no report of a bug of ours. */
export function expectNoTrace({ stdout, stderr, code }: Ran): void {
  expect(code).not.toBe(70)
  expect(stdout + stderr).not.toMatch(/^ {4}at |tenfold has a bug|node:internal|\[cause\]/m)
}

/** Runs an action that has to fail, and compares the whole folder before and after. */
export async function unchanged(folder: string, act: () => Promise<Ran>): Promise<Ran> {
  const before = treeOf(folder)
  const ran = await act()
  expect(treeOf(folder)).toEqual(before)
  return ran
}

const isRoot = process.getuid?.() === 0
const hasSetpriv = isRoot && spawnSync('setpriv', [...nobody(), 'test', '-r', CLI]).status === 0
/** Where modes bind nobody, a test of permissions cannot be run. */
export const CAN_BE_UNPRIVILEGED = process.platform !== 'win32' && (!isRoot || hasSetpriv)

/** Runs the built program as a user whom modes bind: root is not. */
export function unprivileged(args: readonly string[], cwd: string): Promise<Ran> {
  if (!isRoot) return run(process.execPath, [CLI, ...args], cwd)
  own(cwd)
  return run('setpriv', [...nobody(), process.execPath, CLI, ...args], cwd, {
    HOME: cwd,
    XDG_STATE_HOME: '',
    XDG_CACHE_HOME: '',
  })
}

function nobody(): string[] {
  return ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--']
}

function own(at: string): void {
  const stat = lstatSync(at)
  if (stat.isSymbolicLink()) return
  chownSync(at, 65_534, 65_534)
  if (stat.isDirectory()) for (const name of readdirSync(at)) own(join(at, name))
}

/** Gives a folder its modes back, so that it can be removed. */
export function openAgain(...paths: readonly string[]): void {
  for (const path of paths) chmodSync(path, 0o755)
}

const TELL = 'process.on("exit",()=>process.stderr.write(`\\nmaxrss ${process.resourceUsage().maxRSS}`))'

/** Runs the built program and tells the most memory that it had, in MiB. */
export async function measured(args: readonly string[], cwd: string): Promise<Ran & { readonly mib: number }> {
  const ran = await run(process.execPath, ['--import', `data:text/javascript,${TELL}`, CLI, ...args], cwd)
  const [whole, kib] = /\nmaxrss (\d+)$/.exec(ran.stderr) ?? ['', Number.NaN]
  return { ...ran, stderr: ran.stderr.slice(0, ran.stderr.length - whole.length), mib: Number(kib) / 1024 }
}

export const ACME = `id: acme
plan: growth
overrides:
  openai: { model: gpt-4, temperature: 0.8, max_tokens: 4000 }
`
