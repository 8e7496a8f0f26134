import { Failure } from '../../base/failure.ts'
import type { Repository } from '../open-repository.ts'
import { type CommitFile, isSameCommit, makeCommit } from './make-commit.ts'

export interface LocalCommit {
  readonly branch: string
  readonly message: string
  /** `Name <email>` */
  readonly who: string
  readonly parent: string
  readonly files: readonly CommitFile[]
  /** The commits at which the branch may be replaced. */
  readonly ours: readonly (string | null)[]
  /** Called with the new commit before the branch is moved, to be remembered. */
  readonly onCommit: (commit: string) => Promise<void>
}

/** Returns the commit that a branch of this repository is at; undefined where there is no such branch. */
export async function localTip({ run }: Repository, branch: string): Promise<string | undefined> {
  const listed = await run(['for-each-ref', '--format=%(objectname) %(refname)', `refs/heads/${branch}`])
  for (const line of listed.split('\n')) {
    const [commit, ref] = line.split(' ')
    if (ref === `refs/heads/${branch}`) return commit
  }
  return undefined
}

/**
 * Puts a commit on a branch of this repository, by its objects alone: the index and the working tree stay as they are.
 *
 * @throws {Failure} where the branch has somebody else's commit, or is checked out.
 */
export async function commitToBranch(repository: Repository, commit: LocalCommit): Promise<string> {
  const { branch, ours, onCommit, ...rest } = commit
  const { run } = repository
  const ref = `refs/heads/${branch}`
  const before = await localTip(repository, branch)
  if (before !== undefined && !ours.includes(before)) {
    const help = 'somebody has worked on it: go on there by git, or begin another draft with these changes'
    throw new Failure('world', `the branch ${branch} has a commit that is not ours`, help)
  }
  const worktrees = await run(['worktree', 'list', '--porcelain'])
  if (worktrees.split('\n').includes(`branch ${ref}`)) {
    throw new Failure(
      'world',
      `the branch ${branch} is checked out`,
      'switch to another branch there: its files would be stale',
    )
  }
  const made = await makeCommit({ run: (...args) => run(args), feed: (input, ...args) => run(args, { input }) }, rest)
  if (before !== undefined && (await isSameCommit(repository.objects, before, made))) return before
  await onCommit(made)
  // The id of zeros means that the branch must not exist.
  await run(['update-ref', '-m', 'tenfold: save a draft', ref, made, before ?? '0'.repeat(made.length)])
  return made
}
