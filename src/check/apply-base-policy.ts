import { NoFolderThen } from '../source/list-revision.ts'
import { existsSync, realpathSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { Failure } from '../base/failure.ts'
import type { FileContent, Located, Tree } from '../source/list-folder.ts'
import { isTracked } from '../git/worktree/is-tracked.ts'
import { type Origin, openOrigin } from '../source/open-configuration.ts'

/** Whether a file is one by which a change may not be checked if it changes that file itself. */
export function isPolicyFile(path: string): boolean {
  return POLICY_FILES.has(path) || path.startsWith('trust/')
}

const POLICY_FILES: ReadonlySet<string> = new Set(['providers.yaml', 'plans.yaml', 'models.yaml', 'tenfold.yaml'])

/**
 * Returns a configuration with its policy files, plans and models above all, taken from a trusted revision or checkout,
 * so that a change cannot weaken the policy that it is checked against.
 */
export async function withPolicy(origin: Origin, config: string, policy: string): Promise<Origin> {
  const { repository, folder } = origin
  const isFolder = await isTrustedFolder(policy)
  const inside = repository?.prefix ?? relative(process.cwd(), folder)
  const trusted = isFolder
    ? await openOrigin(join(resolve(policy), inside))
    : await openOrigin(config, policy).catch((error: unknown) => {
        // A revision may have the name of a folder, and no configuration.
        if (error instanceof NoFolderThen || !existsSync(policy)) throw error
        if (!(error instanceof Failure && error.kind === 'usage')) throw error
        const help = 'name the top of a checkout of the base branch, which is in no other checkout, or a revision'
        throw new Failure('usage', `${policy} is a part of a checkout, and names no revision`, help)
      })
  if (isFolder && isSame(trusted.folder, folder)) {
    const help = 'name a checkout of the base branch, or a revision'
    throw new Failure('usage', `--policy ${policy} is the very checkout that is judged`, help)
  }
  const base = await trusted.listGlobals()
  return {
    ...origin,
    list: async () => checkedBy(base, await origin.list()),
    listGlobals: async () => checkedBy(base, await origin.listGlobals()),
    async rules() {
      const theirs = await trusted.rules()
      // A checkout's rules may run: it is trusted. A revision's never do, nor those of the change that it checks.
      if (isFolder) return { ...theirs, is: 'policy' }
      return { is: 'revision', folder, files: [...theirs.files, ...(await origin.rules()).files] }
    },
    async *contents<F extends Located>(wanted: readonly F[]): AsyncGenerator<readonly [F, FileContent]> {
      yield* trusted.contents(wanted.filter(({ path }) => isPolicyFile(path)))
      yield* origin.contents(wanted.filter(({ path }) => !isPolicyFile(path)))
    },
  }
}

function isSame(a: string, b: string): boolean {
  return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b)
}

/**
 * Whether a folder may be trusted. What is a part of a checkout is the change's own, and a revision may have its name.
 */
async function isTrustedFolder(policy: string): Promise<boolean> {
  return existsSync(policy) && statSync(policy).isDirectory() && !(await isTracked(resolve(policy)))
}

function checkedBy(base: Tree, tree: Tree): Tree {
  return {
    files: merge(tree.files, base.files).sort((a, b) => (a.path < b.path ? -1 : 1)),
    unexpected: merge(tree.unexpected, base.unexpected),
    others: merge(tree.others, base.others),
  }
}

function merge<T extends { readonly path: string }>(own: readonly T[], theirs: readonly T[]): T[] {
  return [...own.filter(({ path }) => !isPolicyFile(path)), ...theirs.filter(({ path }) => isPolicyFile(path))]
}
