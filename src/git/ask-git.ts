import { constants } from 'node:buffer'
import { execFile } from 'node:child_process'

export interface GitAskOptions {
  readonly env: Readonly<Record<string, string>>
  /** The command's standard input. */
  readonly input?: Buffer
  /** Milliseconds after which it is given up. */
  readonly timeout?: number
}

/**
 * Returns the output of a git command that reads, as soon as it arrives.
 *
 * @throws {Error} with git's message, or of the code `ERR_CHILD_PROCESS_STDIO_MAXBUFFER`: a few objects can list more
 *   files than fit into a string.
 */
export function askGit(
  cwd: string,
  args: readonly string[],
  { env, input, timeout = 0 }: GitAskOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      args,
      { cwd, env, timeout, maxBuffer: constants.MAX_STRING_LENGTH },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout)
        else reject(stderr.trim() === '' ? error : new Error(stderr))
      },
    )
    // A command that ends before it has read all of it is recognised by its exit.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}
