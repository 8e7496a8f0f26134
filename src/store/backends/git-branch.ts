import { createHash } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { temporaryFolder } from '../../base/own-folders.ts'
import { askGit } from '../../git/ask-git.ts'
import { GitBranch } from '../../git/branch/fetched-branch.ts'
import { gitEnvironment } from '../../git/git-environment.ts'
import { ownRepository } from '../../git/branch/own-repository.ts'
import { atTop, topOf } from '../../git/find-top.ts'
import { type GitPlace, absolute, isElsewhere, isPath } from '../../git/parse-git-url.ts'

/** Opens the branch of a store, with a folder to fetch it into; a path, and a remote's name, are those of a folder. */
export async function openBranch(
  { remote, branch }: GitPlace,
  cacheDir = temporaryFolder(),
  folder = process.cwd(),
): Promise<GitBranch> {
  const url = absolute(await urlOf(remote, folder), folder)
  const name = createHash('sha256').update(`${url}#${branch}`).digest('hex').slice(0, 32)
  const env = gitEnvironment(process.env, { remote: true })
  return new GitBranch(ownRepository(name, cacheDir), url, branch, env, (gitDir, args, input) => {
    const own = { env: { ...env, GIT_DIR: gitDir }, timeout: TIMEOUT_MS }
    return askGit(gitDir, args, input === undefined ? own : { ...own, input })
  })
}

/** Resolves a remote's name in the repository that a folder is in; what is not a name stays as it is. */
async function urlOf(remote: string, folder: string): Promise<string> {
  // A bare name is that of a remote, even if a folder has the same name.
  const top =
    isElsewhere(remote) || (isPath(remote) && existsSync(resolve(folder, remote)))
      ? undefined
      : topOf(realpathSync(folder))
  if (top === undefined) return remote
  const url = await askGit(top, ['remote', 'get-url', remote], { env: atTop(top), timeout: TIMEOUT_MS }).catch(() =>
    absolute(remote, folder),
  )
  // A remote's path is relative to the top of its repository.
  return absolute(url.trim(), top)
}

const TIMEOUT_MS = 120_000
