import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GitBranch } from '../../bundle/git/branch.ts'
import { environment } from '../../bundle/git/environment.ts'
import { type GitPlace, absolute, isElsewhere } from '../../bundle/git/url.ts'

/** The branch of a store, with a folder to fetch it into. */
export async function openBranch({ remote, branch }: GitPlace, cacheDir = temporary()): Promise<GitBranch> {
  const env = environment(process.env)
  const isName = !isElsewhere(remote) && !existsSync(remote)
  const named = isName ? await git(process.cwd(), ['remote', 'get-url', remote], env).catch(() => remote) : remote
  const url = absolute(named.trim(), process.cwd())
  const name = createHash('sha256').update(`${url}#${branch}`).digest('hex').slice(0, 32)
  return new GitBranch(join(cacheDir, 'git', name), url, branch, env, (gitDir, args) => {
    return git(gitDir, args, { ...env, GIT_DIR: gitDir })
  })
}

let made: string | undefined

/** A folder that nobody else can prepare for us, for all stores of this process. */
function temporary(): string {
  if (made !== undefined && existsSync(made)) return made
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return (made = folder)
}

const TIMEOUT_MS = 120_000

function git(cwd: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('git', args, { cwd, env, timeout: TIMEOUT_MS, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(stderr.trim() === '' ? error : new Error(stderr))
    })
  })
}
