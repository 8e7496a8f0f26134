import { spawn } from 'node:child_process'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')
/** The built program: what a user runs. */
export const CLI = join(ROOT, 'dist', 'cli.js')

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built program in a folder. */
export function tenfold(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return run(process.execPath, [CLI, ...args], cwd, env)
}

export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
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
  'gc.auto=0',
]

/** Runs git with an identity and a clock of its own. */
export function git(cwd: string, ...args: string[]): Promise<Ran> {
  return run('git', [...ALONE, ...args], cwd)
}

/** Makes the folder a repository whose commit holds everything in it but `.tenfold/`, which is no part of any. */
export async function commitAll(cwd: string, message = 'all', date = '2026-01-31T12:00:00Z'): Promise<string> {
  await git(cwd, 'init', '-q', '-b', 'main')
  await git(cwd, 'add', '-A', '--', '.', ':!.tenfold')
  const env = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
  await run('git', [...ALONE, 'commit', '-q', '-m', message, '--allow-empty'], cwd, env)
  return (await git(cwd, 'rev-parse', 'HEAD')).stdout.trim()
}
