import type { SimpleGit } from 'simple-git'
import { gitEnvironment, isGuarded } from './git-environment.ts'

export interface GitOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Standard input of the one command that is run with this. */
  readonly input?: Buffer
}

/**
 * Runs one git command that writes, or that talks to a remote, and returns its output. It prompts for nothing, and
 * every failure is an error.
 *
 * @throws {import('simple-git').GitError} with git's message.
 */
export async function runGit(
  folder: string,
  args: readonly string[],
  { env = gitEnvironment(process.env), input }: GitOptions = {},
): Promise<string> {
  // Most commands only read, and do without it.
  const { simpleGit } = await import('simple-git')
  const git: SimpleGit = simpleGit({
    baseDir: folder,
    allowEnvironment: Object.keys(env).filter(isGuarded),
    // All of them are the user's own means to reach a remote, or switch something off; no argument or setting comes
    // from a configuration.
    unsafe: {
      allowUnsafeSshCommand: true,
      allowUnsafeAskPass: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeGitProxy: true,
      allowUnsafeConfigEnvCount: true,
      allowUnsafeCredentialHelper: true,
      allowUnsafeUrlRewrite: true,
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafePager: true,
      allowUnsafeFilter: true,
      allowUnsafeTemplateDir: true,
    },
    // Some commands fail without a word.
    errors: (error, { exitCode, stdOut, stdErr }) => {
      if (error !== undefined || exitCode === 0) return error
      return Buffer.concat([...stdOut, ...stdErr, Buffer.from(`\nexit code ${exitCode}`)])
    },
    ...(input !== undefined && { input: () => input }),
  })
  return git.env({ ...env }).raw([...args])
}
