import { isAbsolute, join } from 'node:path'
import { isWithin } from '../base/file-facts.ts'
import { temporaryFolder } from '../base/own-folders.ts'
import { Failure } from '../base/failure.ts'
import { didYouMean, oneOf } from '../base/did-you-mean.ts'
import { GitBranch } from './branch/fetched-branch.ts'
import { type Setting, gitEnvironment, reaches } from './git-environment.ts'
import { ownRepository } from './branch/own-repository.ts'
import { runGit } from './run-git.ts'
import { type Repository, openRepository, refuseUnanswered } from './open-repository.ts'
import { isTracked } from './worktree/is-tracked.ts'
import { absolute, isElsewhere, isPath } from './parse-git-url.ts'

/** Opens a remote's branch, with a bare repository of our own to fetch it into. */
export function openBranch(gitDir: string, url: string, branch: string, settings: readonly Setting[]): GitBranch {
  const env = gitEnvironment(process.env, { remote: true, settings })
  return new GitBranch(gitDir, url, branch, env, (at, args, input) => {
    return runGit(at, args, { env: { ...env, GIT_DIR: at }, ...(input !== undefined && { input }) })
  })
}

/**
 * Returns how the repository that contains a folder reaches its remotes: only what is written in its own configuration,
 * such as the token that a workflow's checkout left. Our own repository beside it would not know. A file of the working
 * tree that the configuration includes does not count: a checkout brings it. Empty where there is no repository.
 */
export async function settingsOf(folder: string): Promise<Setting[]> {
  const repository = await openRepository(folder)
  if (repository === undefined) await refuseUnanswered(folder)
  const all = repository === undefined ? [] : await localSettings(repository)
  return all.flatMap(({ key, value, isBrought }) => (reaches(key) && !isBrought ? [[key, value] as const] : []))
}

interface LocalSetting {
  readonly key: string
  readonly value: string
  /** Whether it is written in a file of the working tree. */
  readonly isBrought: boolean
}

async function localSettings(repository: Repository): Promise<LocalSetting[]> {
  const parts = (await repository.run(['config', '--list', '--show-scope', '--show-origin', '--includes', '-z'])).split(
    '\0',
  )
  const settings: LocalSetting[] = []
  for (let i = 0; i + 2 < parts.length; i += 3) {
    const [scope = '', origin = '', entry = ''] = parts.slice(i, i + 3)
    const [key = '', ...value] = entry.split('\n')
    if (!['local', 'worktree'].includes(scope)) continue
    settings.push({ key, value: value.join('\n'), isBrought: isBrought(origin, repository) })
  }
  return settings
}

/** Whether a setting is from a file of the working tree, and not from git's own folder or from elsewhere. */
function isBrought(origin: string, { top, gitDir }: Repository): boolean {
  if (!origin.startsWith('file:')) return true
  const file = origin.slice('file:'.length)
  const path = isAbsolute(file) ? file : join(top, file)
  return isWithin(top, path) && !isWithin(gitDir, path) && !isWithin(join(top, '.git'), path)
}

/** Returns the URL or the absolute path that a remote's name, a URL or a path means. @throws {Failure} */
export async function urlOfRemote(remote: string, folder: string, exists: (path: string) => boolean): Promise<string> {
  if (isElsewhere(remote)) return remote
  const repository = await openRepository(folder)
  if (repository === undefined) await refuseUnanswered(folder)
  const names = ((await repository?.run(['remote'])) ?? '').split('\n').filter((name) => name !== '')
  if (repository !== undefined && names.includes(remote)) {
    await refuseBroughtRemotes(repository)
    const url = (await repository.run(['remote', 'get-url', remote])).trim()
    // A remote's path is relative to the top of its repository.
    return isElsewhere(url) ? url : absolute(url, repository.top)
  }
  const path = absolute(remote, folder)
  // A bare name is that of a remote, whatever folders there are.
  if (isPath(remote) && exists(path)) return refuseBrought(path)
  const remotes = names.length > 0 ? `the remotes are ${oneOf(names)}` : 'this folder is in no repository with remotes'
  throw new Failure(
    'usage',
    `"${remote}" is neither a remote's name nor a repository`,
    `${didYouMean(remote, names)}${remotes}`,
  )
}

/**
 * A file of the working tree that the repository's configuration includes must not set where remotes are. @throws
 * {Failure}
 */
async function refuseBroughtRemotes(repository: Repository): Promise<void> {
  const found = (await localSettings(repository)).find(
    ({ key, isBrought }) => isBrought && /^(remote|url)\./i.test(key),
  )
  if (found === undefined) return
  const help = 'take it out of the file that include.path names, and write it into .git/config'
  throw new Failure('refused', `a file of the checkout says where remotes are (${found.key})`, help)
}

/** A repository that a checkout brought has hooks that a push would run. @throws {Failure} */
async function refuseBrought(path: string): Promise<string> {
  if (!(await isTracked(path))) return path
  const help = 'name a repository outside the checkout: what git tracks may have been written by anybody'
  throw new Failure('refused', `${path} is a part of the checkout, and no repository to publish to`, help)
}

/** Returns where a bare repository of our own is to be, out of reach of any checkout. */
export async function ownPlace(name: string, cache: string | undefined): Promise<string> {
  const place = ownRepository(name, cache)
  return (await isTracked(place)) ? join(temporaryFolder(), name) : place
}

/** Reads a setting of the user's, as git finds it from a folder; empty where there is none. */
export async function settingIn(folder: string, key: string): Promise<string> {
  const repository = await openRepository(folder)
  const asked =
    repository === undefined
      ? runGit(folder, ['config', key], { env: gitEnvironment(process.env) })
      : repository.run(['config', key])
  return (await asked.catch(() => '')).trim()
}
