import { momentText } from '../../base/parse-moment.ts'
import { Failure } from '../../base/failure.ts'
import type { Repository } from '../open-repository.ts'
import { fromTop, inTop } from '../worktree/read-index.ts'
import { streamParts } from '../stream-output.ts'
import { type TreeChange, changeOf } from '../objects/read-trees.ts'

/** A commit, with the time at which it was committed. */
interface Dated {
  /** In full. */
  readonly commit: string
  /** The committer's clock, in seconds since 1970. */
  readonly seconds: number
}

/** The effect of a commit on some paths, compared with its first parent; in one without parents, everything is new. */
export interface FirstParentStep extends Dated {
  /** Undefined where it has none, or, in a shallow clone, none that is here. */
  readonly parent: string | undefined
  readonly changes: readonly TreeChange[]
}

/**
 * Finds the last commit of the first-parent line of HEAD that was there at a time: the one nearest to HEAD whose
 * committer's clock is before it. Clocks go wrong, and the line does not: what is further back was there before.
 *
 * @param end Seconds since 1970, exclusive. @throws {Failure} when there was no commit yet.
 */
export async function commitBefore(repository: Repository, end: number): Promise<string> {
  const line = await firstParents(repository)
  const found = line.find(({ seconds }) => seconds < end)
  if (found !== undefined) return found.commit
  const first = line.at(-1)
  if (first === undefined) throw new Failure('usage', 'nothing is committed yet', 'commit the configuration first')
  const when = `${first.commit.slice(0, 12)}, committed at ${momentText(first.seconds)}`
  throw new Failure(
    'usage',
    `there is no commit of before ${momentText(end)}`,
    repository.isShallow
      ? `this clone is shallow and begins with ${when}: fetch what is missing (\`git fetch --unshallow\`)`
      : `the first commit is ${when}`,
  )
}

/** Lists the first-parent line of HEAD, newest first. */
async function firstParents({ run }: Repository): Promise<Dated[]> {
  const listed = await run(['rev-list', '--first-parent', '--timestamp', 'HEAD'])
  return listed.split('\n').flatMap((line) => {
    const [, seconds, commit] = /^(\d+) ([0-9a-f]+)$/.exec(line) ?? []
    return commit === undefined ? [] : [{ commit, seconds: Number(seconds) }]
  })
}

/**
 * Yields every commit of a first-parent line that changed something wanted in some files and folders of the
 * configuration, newest first. git compares the ids of folders, and opens none that is the same on both sides; the
 * wanted changes are selected here, for git would compare a pattern with every name beside them.
 */
export async function stepsOf(
  repository: Repository,
  tip: string,
  paths: readonly string[],
  isWanted: (path: string) => boolean,
): Promise<FirstParentStep[]> {
  const { prefix } = repository
  const start = prefix === '' ? 0 : prefix.length + 1
  const args = [
    'log',
    '-z',
    '--first-parent',
    '--diff-merges=first-parent',
    '--root',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '--ignore-submodules=none',
    '--no-ext-diff',
    '--no-color',
    '--no-notes',
    '-O/dev/null',
    '--encoding=UTF-8',
    '--format=%H %ct %P',
    tip,
    '--',
  ]
  const steps: Written[] = []
  // What precedes a path announces one: the path's own text is never inspected for that.
  let change: string | undefined
  for await (const parts of streamParts(repository, [...args, ...paths.map((path) => inTop(prefix, path))])) {
    for (const part of parts) {
      if (change !== undefined) {
        const path = part.slice(start)
        if (isWanted(path)) steps.at(-1)?.changes.push(changeOf(change, path))
        change = undefined
      } else if (CHANGE.test(part)) change = part.trimStart()
      else if (part !== '') steps.push(stepIn(part))
    }
  }
  return steps.filter(({ changes }) => changes.length > 0)
}

interface Written extends FirstParentStep {
  readonly changes: TreeChange[]
}

/** The first one of a commit follows a line end. */
const CHANGE = /^\n?:/

function stepIn(header: string): Written {
  const [commit = '', seconds, parent = ''] = header.split(' ')
  return { commit, seconds: Number(seconds), parent: parent === '' ? undefined : parent, changes: [] }
}

/**
 * Returns the path from which, according to git, a commit has renamed a file to another: the two are mostly the same.
 * Undefined where it has not, and where so much was renamed at once that git does not search.
 */
export async function renamedFrom(
  { run, prefix }: Repository,
  { parent, commit }: Pick<FirstParentStep, 'parent' | 'commit'>,
  path: string,
): Promise<string | undefined> {
  if (parent === undefined) return undefined
  const args = ['-r', '-z', '--raw', '-M', '--diff-filter=R', '--ignore-submodules=none', '--no-ext-diff']
  const folder = inTop(prefix, path.split('/', 1)[0] ?? '')
  const parts = (await run(['diff-tree', ...args, parent, commit, '--', folder])).split('\0')
  // An entry, and two paths.
  const at = parts.findIndex((part, i) => i % 3 === 2 && part === inTop(prefix, path))
  return at < 0 ? undefined : fromTop(prefix, parts[at - 1] ?? '')
}
