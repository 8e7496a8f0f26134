import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const ROOT = join(import.meta.dirname, '..')
/** What a run may leave behind for the next one; git ignores it. */
export const CACHE = join(ROOT, '.tenfold', 'bench')
/** The built program: what a user runs. */
export const CLI = join(ROOT, 'dist', 'cli.js')
export const PEERS = join(ROOT, 'bench', 'peers')

const execute = promisify(execFile)

/** What git says, without the line end. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
    cwd,
    maxBuffer: 1 << 28,
  })
  return stdout.trim()
}
