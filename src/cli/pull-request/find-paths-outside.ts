import { resolve } from 'node:path'
import { pathsOutside } from '../../git/history/changed-outside.ts'
import { openRepository } from '../../git/open-repository.ts'
import { objectAt, resolveRevision } from '../../git/history/resolve-revision.ts'
import { type OutsideChanges, elsewhereOf } from '../../review/outside-changes.ts'
import { OWNER_FILES, type Owned, ownersIn } from '../../review/codeowners.ts'

/** The two sides of a review, and whose owners count: those of the branch that the change is for, as it is now. */
export interface RevisionPair {
  readonly config: string
  /** The commit that the change began with. */
  readonly from: string
  /** The working tree if left out. */
  readonly head: string | undefined
  /** The branch that the change is for, which names the owners. */
  readonly target: string
}

/** Finds what a change touches outside the configuration; undefined if there is no repository. @throws {Failure} */
export async function findElsewhere({ config, from, head, target }: RevisionPair): Promise<OutsideChanges | undefined> {
  const repository = await openRepository(resolve(config))
  if (repository === undefined) return undefined
  const resolved = head === undefined ? undefined : await resolveRevision(repository, head)
  const paths = await pathsOutside(repository, await resolveRevision(repository, from), resolved)
  const commit = paths.length === 0 ? undefined : await resolveRevision(repository, target)
  return elsewhereOf(paths, commit === undefined ? () => false : await ownersAt(commit))

  async function ownersAt(commit: string): Promise<Owned> {
    for (const file of OWNER_FILES) {
      const found = repository && (await objectAt(repository, `${commit}:${file}`))
      if (found?.type === 'blob') return ownersIn(found.bytes.toString('utf8'))
    }
    return () => false
  }
}
