import { ACCOUNTS, ANSWERING, namesOf } from '../../source/file-layout.ts'
import type { Tree } from '../../source/list-folder.ts'
import { foundAt, placed } from '../../source/list-revision.ts'
import { type FirstParentStep, stepsOf } from '../../git/history/first-parent-steps.ts'
import type { Repository } from '../../git/open-repository.ts'
import type { TreeChange, TreeEntry } from '../../git/objects/read-trees.ts'
import { ROOT_FILE } from '../../check/read-root-of-trust.ts'

/**
 * Returns the effect of a first-parent line on the files that an account's answers depend on, oldest commit first. The
 * account is known by its id: a file that moves to another folder still belongs to it, and one of another id never did.
 */
export async function stepsFor(repository: Repository, tip: string, id: string): Promise<FirstParentStep[]> {
  return (await stepsOf(repository, tip, PATHS, concerns(id))).reverse()
}

/** The paths of everything that an account's answers depend on, and of what checks it. */
const PATHS = [...ANSWERING, 'prompts', 'author-profiles', 'strategies', ROOT_FILE, ACCOUNTS]

/** Among accounts, the files that are named by one; and what is in a folder of such a name, which is a mistake. */
function concerns(id: string): (path: string) => boolean {
  const names = [...namesOf(id)].map((name) => `/${name}`)
  return (path) => {
    if (!path.startsWith(`${ACCOUNTS}/`)) return true
    return names.some((name) => path.endsWith(name) || path.includes(`${name}/`))
  }
}

/** The files that a commit has, of those that are asked about: each step changes them. */
export class Files {
  readonly #entries = new Map<string, TreeEntry>()

  apply(changes: readonly TreeChange[]): void {
    for (const { before } of changes) if (before !== undefined) this.#entries.delete(before.path)
    for (const { after } of changes) if (after !== undefined) this.#entries.set(after.path, after)
  }

  tree(): Tree {
    return placed([...this.#entries.values()].flatMap((entry) => foundAt(entry) ?? []))
  }
}
