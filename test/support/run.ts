import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { main as mainOfSource } from '../../src/cli/main.ts'

export const ROOT = join(import.meta.dirname, '..', '..')
/** The built program: what a user runs. */
export const CLI = join(ROOT, 'dist', 'cli.js')
/** The program as a function; from source where that has mistakes in it on purpose (build/mutants). */
const MAIN = join(ROOT, process.env['TENFOLD_TEST_SOURCE'] === undefined ? 'dist/main.js' : 'src/cli/main.ts')

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Calls the built program in this process, which saves the start of another one. Calls wait for each other, because the
 * working directory and the environment are the process's own; a test of what happens between processes, or to one,
 * takes `spawned`.
 */
export function tenfold(args: readonly string[], cwd: string, env: Env = {}): Promise<Ran> {
  const ran = last.then(() => called(args, cwd, env))
  last = ran.catch(() => undefined)
  return ran
}

type Env = Readonly<Record<string, string>>

let last: Promise<unknown> = Promise.resolve()
/** The environment of the tests, while that of a call is in its place. */
let outside: NodeJS.ProcessEnv | undefined

async function called(args: readonly string[], cwd: string, env: Env): Promise<Ran> {
  const { main }: { main: typeof mainOfSource } = await import(MAIN)
  let stdout = ''
  let stderr = ''
  const before = process.cwd()
  outside = { ...process.env }
  process.chdir(cwd)
  Object.assign(process.env, env)
  try {
    const code = await main(args, {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
    })
    return { code, stdout, stderr }
  } finally {
    for (const name of Object.keys(env)) {
      const value = outside[name]
      if (value === undefined) Reflect.deleteProperty(process.env, name)
      else process.env[name] = value
    }
    outside = undefined
    process.chdir(before)
  }
}

/** Runs the built program in a folder, as a process of its own. */
export function spawned(args: readonly string[], cwd: string, env: Env = {}): Promise<Ran> {
  return run(process.execPath, [CLI, ...args], cwd, env)
}

export function run(command: string, args: readonly string[], cwd: string, env: Env = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const all = { ...(outside ?? process.env), ...env }
    const child = spawn(command, args, { cwd, env: all, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

// Whoever runs the tests may sign commits; and git that tidies in the background writes where a test removes its folder.
const ALONE = [
  '-c',
  'user.name=Ada',
  '-c',
  'user.email=ada@example.org',
  '-c',
  'commit.gpgsign=false',
  '-c',
  'maintenance.auto=false',
]

/** Runs git with an identity and a clock of its own. */
export function git(cwd: string, ...args: string[]): Promise<Ran> {
  return run('git', [...ALONE, ...args], cwd)
}

/** Makes the folder a repository whose commit holds everything in it but `.tenfold/`, which is no part of any. */
export async function commitAll(cwd: string, message = 'all', date = '2026-01-31T12:00:00Z'): Promise<string> {
  if (!existsSync(join(cwd, '.git'))) await git(cwd, 'init', '-q', '-b', 'main')
  await git(cwd, 'add', '-A', '--', '.', ':!.tenfold')
  const env = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
  await run('git', [...ALONE, 'commit', '-q', '-m', message, '--allow-empty'], cwd, env)
  return headOf(cwd) ?? (await git(cwd, 'rev-parse', 'HEAD')).stdout.trim()
}

/** The commit that was made a moment ago, as its branch's file has it: a process for it would be one more of four. */
function headOf(cwd: string): string | undefined {
  try {
    const [, ref = ''] = /^ref: (\S+)\n$/.exec(readFileSync(join(cwd, '.git', 'HEAD'), 'utf8')) ?? []
    return /^[0-9a-f]{40}(?=\n$)/.exec(readFileSync(join(cwd, '.git', ref), 'utf8'))?.[0]
  } catch {
    // A linked working tree, or no branch.
    return undefined
  }
}
