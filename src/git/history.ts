import { momentText } from '../base/moment.ts'
import { Failure } from '../base/failure.ts'
import type { Repository } from './repository.ts'
import { fromTop, globInTop, inTop } from './staged.ts'
import { type TreeChange, changeOf } from './trees.ts'

/** A commit, by when it was committed. */
export interface Dated {
  /** In full. */
  readonly commit: string
  /** The committer's clock, in seconds since 1970. */
  readonly seconds: number
}

/** What a commit did to some paths, compared with its first parent; of one without parents, everything is new. */
export interface Step extends Dated {
  /** Undefined where it has none, or, in a shallow clone, none that is here. */
  readonly parent: string | undefined
  readonly changes: readonly TreeChange[]
}

/**
 * The last commit of the first-parent line of HEAD that was there at a time: the one nearest to HEAD whose committer's
 * clock is before it. Clocks go wrong, and the line does not: what lies further back was there before.
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
    'usage', `there is no commit of before ${momentText(end)}`,
    repository.isShallow
      ? `this clone is shallow and begins with ${when}: fetch what is missing (\`git fetch --unshallow\`)`
      : `the first commit is ${when}`,
  )
}

/** The first-parent line of HEAD, newest first. */
async function firstParents({ run }: Repository): Promise<Dated[]> {
  const listed = await run(['rev-list', '--first-parent', '--timestamp', 'HEAD'])
  return listed.split('\n').flatMap((line) => {
    const [, seconds, commit] = /^(\d+) ([0-9a-f]+)$/.exec(line) ?? []
    return commit === undefined ? [] : [{ commit, seconds: Number(seconds) }]
  })
}

/**
 * Every commit of a first-parent line that changed something of what some globs in the configuration's folder match,
 * newest first. git compares the ids of folders, and looks into none that is the same on both sides.
 */
export async function stepsOf(
  { run, prefix }: Repository,
  tip: string,
  globs: readonly string[],
): Promise<Step[]> {
  const patterns = globs.map((glob) => globInTop(prefix, glob))
  const listed = await run(
    [
      'log', '-z', '--first-parent', '--diff-merges=first-parent', '--root', '--raw', '--no-abbrev', '--no-renames',
      '--ignore-submodules=none', '--no-ext-diff', '--no-color', '--no-notes', '--format=%H %ct %P', tip,
      '--', ...patterns,
    ],
    { patterns: true },
  )
  return [...stepsIn(listed.split('\0'), prefix)]
}

/** Commits, each before what it changed: what it is that stands before a path is never looked for in one. */
function* stepsIn(parts: readonly string[], prefix: string): Generator<Step> {
  let step: (Dated & { parent: string | undefined; changes: TreeChange[] }) | undefined
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? ''
    const [, commit, seconds, parent] = /^([0-9a-f]+) (\d+) ([0-9a-f]*)/.exec(part) ?? []
    if (commit !== undefined) {
      if (step !== undefined) yield step
      step = { commit, seconds: Number(seconds), parent: parent === '' ? undefined : parent, changes: [] }
    } else if (part !== '') step?.changes.push(within(changeOf(part.trimStart(), parts[++i] ?? ''), prefix))
  }
  if (step !== undefined) yield step
}

/**
 * The path from which git says that a commit has renamed a file to another: both are mostly the same. Undefined where it
 * has not, and where so much was renamed at once that git does not look.
 */
export async function renamedFrom(
  { run, prefix }: Repository,
  { parent, commit }: Step,
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

/** The paths from a folder's own point of view. */
function within({ before, after }: TreeChange, prefix: string): TreeChange {
  const start = prefix === '' ? 0 : prefix.length + 1
  return {
    before: before && { ...before, path: before.path.slice(start) },
    after: after && { ...after, path: after.path.slice(start) },
  }
}
