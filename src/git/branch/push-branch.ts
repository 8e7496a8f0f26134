import type { GitBranch } from './fetched-branch.ts'
import { isPassing, patiently } from '../git-failure.ts'

/**
 * Puts a commit in the place of another, `undefined` for a branch that does not exist yet.
 *
 * @param options What is sent to the server with it (`git push -o`).
 * @returns whether the branch is at our commit: false when another push was faster.
 */
export async function push(
  branch: GitBranch,
  commit: string,
  before: string | undefined,
  pauses: readonly number[],
  options: readonly string[] = [],
): Promise<boolean> {
  const quiet = ['--porcelain', '--no-verify', '--no-follow-tags', '--no-signed', '--no-recurse-submodules']
  const lease = `--force-with-lease=${branch.ref}:${before ?? ''}`
  let unsure = false
  return patiently(async () => {
    // A connection that was cut may have been cut after the remote had swapped.
    if (unsure) {
      const now = await branch.now()
      if (now === commit) return true
      if (now !== before) return false
    }
    try {
      await branch.run(
        'push',
        ...quiet,
        lease,
        ...options.flatMap((one) => ['-o', one]),
        '--',
        branch.remote,
        `${commit}:${branch.ref}`,
      )
      return true
    } catch (error) {
      if (isStale(error)) return false
      // Two pushes that arrive together: the remote answers the second that its ref cannot be updated.
      if (/\[remote rejected\]/.test(String(error)) && (await branch.now()) !== before) return false
      unsure ||= isPassing(error)
      throw error
    }
  }, pauses)
}

/** Whether our git saw that the remote's branch is not at the commit that we built on. */
function isStale(error: unknown): boolean {
  return error instanceof Error && error.message.includes('(stale info)')
}
