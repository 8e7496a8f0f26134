import { type SimpleGit, simpleGit } from 'simple-git'
import { GitBranch } from '../bundle/git/branch.ts'
import { type Setting, environment, isGuarded, reaches } from '../bundle/git/environment.ts'
import { absolute, isElsewhere } from '../bundle/git/url.ts'
import { Failure } from './failure.ts'
import { didYouMean, oneOf } from './suggest.ts'

export interface GitOptions {
  readonly env?: Readonly<Record<string, string>>
  /** What the one command that is run with this gets to read. */
  readonly input?: Buffer
}

/** Git in a folder, for a program: it asks nobody, and whatever it fails with is an error. */
export function gitIn(baseDir: string, { env = environment(process.env), input }: GitOptions = {}): SimpleGit {
  const git = simpleGit({
    baseDir,
    allowEnvironment: Object.keys(env).filter(isGuarded),
    // All of them are the user's own means to reach a remote; no argument or setting comes from a configuration.
    unsafe: {
      allowUnsafeSshCommand: true, allowUnsafeAskPass: true, allowUnsafeConfigPaths: true, allowUnsafeGitProxy: true,
      allowUnsafeConfigEnvCount: true, allowUnsafeCredentialHelper: true, allowUnsafeUrlRewrite: true,
    },
    // Some commands fail without a word.
    errors: (error, { exitCode, stdOut, stdErr }) => {
      if (error !== undefined || exitCode === 0) return error
      return Buffer.concat([...stdOut, ...stdErr, Buffer.from(`\nexit code ${exitCode}`)])
    },
    ...(input !== undefined && { input: () => input }),
  })
  return git.env({ ...env })
}

/** A remote's branch, with a bare repository of our own to fetch it into. */
export function openBranch(gitDir: string, url: string, branch: string, settings: readonly Setting[]): GitBranch {
  const env = environment(process.env, settings)
  return new GitBranch(gitDir, url, branch, env, (at, args, input) => {
    return gitIn(at, { env: { ...env, GIT_DIR: at }, ...(input !== undefined && { input }) }).raw([...args])
  })
}

/**
 * How the repository that contains a folder reaches its remotes: what is written in it alone, such as the token that
 * a workflow's checkout left. Our own repository beside it would not know. Empty where there is no repository.
 */
export async function settingsOf(folder: string): Promise<Setting[]> {
  try {
    const listed = await gitIn(folder).raw(['config', '--list', '--show-scope', '--includes', '-z'])
    const parts = listed.split('\0')
    const settings: Setting[] = []
    for (let i = 0; i + 1 < parts.length; i += 2) {
      const [key = '', ...value] = (parts[i + 1] ?? '').split('\n')
      if (['local', 'worktree'].includes(parts[i] ?? '') && reaches(key)) settings.push([key, value.join('\n')])
    }
    return settings
  } catch {
    return []
  }
}

/** The URL or the absolute path that a remote's name, a URL or a path means. @throws {Failure} */
export async function urlOfRemote(remote: string, folder: string, exists: (path: string) => boolean): Promise<string> {
  if (isElsewhere(remote)) return remote
  const listed = await gitIn(folder).raw(['remote']).catch(() => '')
  const names = listed.split('\n').filter((name) => name !== '')
  if (names.includes(remote)) {
    const url = (await gitIn(folder).raw(['remote', 'get-url', remote])).trim()
    // A remote's path is relative to the top of its repository.
    return isElsewhere(url) ? url : absolute(url, (await gitIn(folder).raw(['rev-parse', '--show-toplevel'])).trim())
  }
  const path = absolute(remote, folder)
  if (exists(path)) return path
  const remotes = names.length > 0 ? `the remotes are ${oneOf(names)}` : 'this folder is in no repository with remotes'
  throw new Failure(
    'usage', `"${remote}" is neither a remote's name nor a repository`, `${didYouMean(remote, names)}${remotes}`,
  )
}
