import { ACCOUNTS, REQUIRED, namesOf, stemOf } from '../../compile/layout.ts'
import type { Tree } from '../../compile/read.ts'
import { foundAt, placed } from '../../compile/revision.ts'
import { type Step, renamedFrom, stepsOf } from '../../git/history.ts'
import type { Repository } from '../../git/repository.ts'
import type { TreeChange, TreeEntry } from '../../git/trees.ts'
import { ROOT_FILE } from '../root-of-trust.ts'

/** The part of a first-parent line in which an account had one id. */
export interface Stretch {
  readonly id: string
  /** From the beginning of the line, oldest first: what a commit has is told by all before it. */
  readonly steps: readonly Step[]
  /** Which of the steps is the first that is a part of the stretch. */
  readonly from: number
}

/**
 * Follows an account along the first-parent line of a commit, oldest stretch first: where a commit renamed its file from
 * that of another id, the account had that id until then. A file that only moves keeps its id.
 */
export async function stretchesOf(repository: Repository, tip: string, id: string): Promise<Stretch[]> {
  const stretches: Stretch[] = []
  for (let next: { tip: string; id: string } | undefined = { tip, id }; next !== undefined;) {
    const steps = (await stepsOf(repository, next.tip, PATHS, concerns(next.id))).reverse()
    const renamed = await renamedIn(repository, steps)
    stretches.unshift({ id: next.id, steps, from: renamed?.at ?? 0 })
    next = renamed
  }
  return stretches
}

/** Where everything is that an account's answers depend on, and what judges it. */
const PATHS = [...REQUIRED, 'prompts', 'author-profiles', 'strategies', ROOT_FILE, ACCOUNTS]

/** Of accounts, the files that are named by one; and what is in a folder of such a name, which is a mistake. */
function concerns(id: string): (path: string) => boolean {
  const names = [...namesOf(id)].map((name) => `/${name}`)
  return (path) => {
    if (!path.startsWith(`${ACCOUNTS}/`)) return true
    return names.some((name) => path.endsWith(name) || path.includes(`${name}/`))
  }
}

interface Renamed {
  /** The step that renamed it, and the commit before that. */
  readonly at: number
  readonly tip: string
  /** What it was called before. */
  readonly id: string
}

/** The last step in which the account's file came to be by renaming another's. */
async function renamedIn(repository: Repository, steps: readonly Step[]): Promise<Renamed | undefined> {
  const files = new Files()
  const created: [at: number, path: string][] = []
  for (const [at, { changes }] of steps.entries()) {
    const before = files.account
    files.apply(changes)
    if (before === undefined && files.account !== undefined) created.push([at, files.account])
  }
  for (const [at, path] of created.reverse()) {
    const step = steps[at]
    const from = step && (await renamedFrom(repository, step, path))
    if (step?.parent !== undefined && from?.endsWith('.yaml') === true) return { at, tip: step.parent, id: stemOf(from) }
  }
  return undefined
}

/** The files that a commit has, of those that are asked about: what each step changes is changed in them. */
export class Files {
  readonly #entries = new Map<string, TreeEntry>()

  apply(changes: readonly TreeChange[]): void {
    for (const { before } of changes) if (before !== undefined) this.#entries.delete(before.path)
    for (const { after } of changes) if (after !== undefined) this.#entries.set(after.path, after)
  }

  /** The account's file; the first one where there are several. */
  get account(): string | undefined {
    return this.tree().files.find(({ kind }) => kind === 'account')?.path
  }

  tree(): Tree {
    return placed([...this.#entries.values()].flatMap((entry) => foundAt(entry) ?? []))
  }
}
