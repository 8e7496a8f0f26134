import { stemOf } from '../../source/file-layout.ts'
import type { FileContent, Tree } from '../../source/list-folder.ts'
import { contentsOf } from '../../source/list-revision.ts'
import { type FirstParentStep, renamedFrom } from '../../git/history/first-parent-steps.ts'
import { fetchMissing } from '../../git/objects/fetch-missing.ts'
import type { Repository } from '../../git/open-repository.ts'
import { Files } from './relevant-steps.ts'

/** A commit that touched something that the answer depends on, with what it has of that. */
export interface AccountCommit {
  readonly commit: string
  readonly seconds: number
  readonly parent: string | undefined
  readonly tree: Tree
}

/** Yields the commits of some steps, oldest first. */
export function* commitsOf(steps: readonly FirstParentStep[]): Generator<AccountCommit> {
  const files = new Files()
  for (const { commit, seconds, parent, changes } of steps) {
    files.apply(changes)
    yield { commit, seconds, parent, tree: files.tree() }
  }
}

/** Reads every content that the commits have, by git's id of it: each is read once, and most through one process. */
export async function contentsIn(
  repository: Repository,
  commits: readonly AccountCommit[],
): Promise<ReadonlyMap<string, FileContent>> {
  const files = new Map(
    commits.flatMap(({ tree: { files, others } }) => {
      return [...files, ...others].map(({ path, blob = '' }) => [blob, { path, blob }])
    }),
  )
  const contents = new Map<string, FileContent>()
  await fetchMissing(repository, [...files.keys()])
  for await (const [{ blob }, content] of contentsOf(repository, [...files.values()])) contents.set(blob, content)
  return contents
}

/** Whether a commit has a file that is named by the account. */
export function hasAccount(commit: AccountCommit): boolean {
  return accountFile(commit) !== undefined
}

/** Returns the first one where there are several. */
function accountFile({ tree }: AccountCommit): string | undefined {
  return tree.files.find(({ kind }) => kind === 'account')?.path
}

/**
 * Returns what the account's file was renamed from where it last appeared, according to git; undefined where it was
 * not.
 */
export async function formerName(
  repository: Repository,
  commits: readonly AccountCommit[],
): Promise<{ readonly commit: string; readonly id: string } | undefined> {
  // There, git would fetch one by one each file that may be the same.
  if (repository.isPartial) return undefined
  const created = commits.findLast((one, i) => {
    const before = commits[i - 1]
    return hasAccount(one) && (before === undefined || !hasAccount(before))
  })
  const path = created && accountFile(created)
  const from = created !== undefined && path !== undefined ? await renamedFrom(repository, created, path) : undefined
  return created !== undefined && from?.endsWith('.yaml') === true
    ? { commit: created.commit, id: stemOf(from) }
    : undefined
}
