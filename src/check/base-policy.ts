import { existsSync, realpathSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { Failure } from '../base/failure.ts'
import type { FileContent, Located, Tree } from '../source/read-folder.ts'
import { isTracked } from '../git/worktree/tracked.ts'
import { type Origin, openOrigin } from '../source/configuration.ts'

/** What a change may not judge itself by. */
export function isPolicyFile(path: string): boolean {
  return path === 'plans.yaml' || path === 'models.yaml' || path === 'tenfold.yaml' || path.startsWith('trust/')
}

/**
 * A configuration with its judge, plans and models above all, taken from a trusted revision or checkout, so that a
 * change cannot weaken what it is judged by.
 */
export async function withPolicy(origin: Origin, config: string, policy: string): Promise<Origin> {
  const { repository, folder } = origin
  const isFolder = await isTrustedFolder(policy)
  const inside = repository?.prefix ?? relative(process.cwd(), folder)
  const trusted = isFolder ? await openOrigin(join(resolve(policy), inside)) : await openOrigin(config, policy)
  if (isFolder && isSame(trusted.folder, folder)) {
    const help = 'name a checkout of the base branch, or a revision'
    throw new Failure('usage', `--policy ${policy} is the very checkout that is judged`, help)
  }
  const judge = await trusted.listGlobals()
  return {
    ...origin,
    list: async () => judgedBy(judge, await origin.list()),
    listGlobals: async () => judgedBy(judge, await origin.listGlobals()),
    async rules() {
      const theirs = await trusted.rules()
      // A checkout's rules may run: it is trusted. A revision's never do, nor those of the change that it judges.
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

/** What is a part of a checkout is the change's own, and of its name there may be a revision. */
async function isTrustedFolder(policy: string): Promise<boolean> {
  return existsSync(policy) && statSync(policy).isDirectory() && !(await isTracked(resolve(policy)))
}

function judgedBy(judge: Tree, tree: Tree): Tree {
  return {
    files: merge(tree.files, judge.files).sort((a, b) => (a.path < b.path ? -1 : 1)),
    unexpected: merge(tree.unexpected, judge.unexpected),
    others: merge(tree.others, judge.others),
  }
}

function merge<T extends { readonly path: string }>(own: readonly T[], theirs: readonly T[]): T[] {
  return [...own.filter(({ path }) => !isPolicyFile(path)), ...theirs.filter(({ path }) => isPolicyFile(path))]
}
