import { type PathChange, changesOf, placed } from '../../source/list-revision.ts'
import { stemOf } from '../../source/file-layout.ts'
import type { Tree, TreeFile } from '../../source/list-folder.ts'
import { type Configuration, type Origin, listed } from '../../source/open-configuration.ts'
import { identified } from '../../source/identify-files.ts'
import type { CustomRules } from '../load-custom-rules.ts'
import type { Previous } from '../previous/previous-release.ts'
import { isId, merged, needsTree } from '../previous/changed-scope.ts'

/** Two configurations to be compared. Each may list only those accounts that a change can have reached. */
export interface BaseAndHead {
  readonly before: Configuration
  readonly after: Configuration
  /** How many YAML files there are after the change. */
  readonly files: number
  /** Returns the account files after the change that it has not changed. */
  unchanged(isChanged: (path: string) => boolean): Unchanged
}

export interface Unchanged {
  /** Those whose content the store knows, and what it holds of them. */
  readonly stored: Iterable<Stored>
  readonly unknown: readonly TreeFile[]
}

export interface Stored {
  readonly id: string
  readonly line: string
  file(): TreeFile
}

/**
 * Returns what differs between two revisions, where git and the store can determine it; else everything. @throws
 * {Unusable}
 */
export async function sidesOf(
  before: Origin,
  after: Origin,
  previous: Previous | undefined,
  custom: CustomRules | undefined,
): Promise<BaseAndHead> {
  const narrow = previous === undefined || needsTree(custom) ? undefined : await whatDiffers(before, after, previous)
  if (narrow !== undefined) return narrow
  const [then, now] = [await listed(before), await identified(await listed(after))]
  return {
    before: then,
    after: now,
    files: now.tree.files.length,
    unchanged: (isChanged) => unchangedIn(now, isChanged, previous),
  }
}

function unchangedIn(
  { tree }: Configuration,
  isChanged: (path: string) => boolean,
  previous: Previous | undefined,
): Unchanged {
  const accounts = new Map([...(previous?.byFile().values() ?? [])].map((account) => [account.blob, account]))
  const stored: Stored[] = []
  const unknown: TreeFile[] = []
  for (const file of tree.files) {
    if (file.kind !== 'account' || isChanged(file.path)) continue
    const known = file.blob === undefined ? undefined : accounts.get(file.blob)
    if (known === undefined) unknown.push(file)
    else stored.push({ id: known.id, line: known.line, file: () => file })
  }
  return { stored, unknown }
}

/**
 * Returns the accounts whose files differ, and the others that claim an id of theirs. The store, and what has changed
 * since the tree that it was compiled from, determine which ids those are, and how many files there are.
 */
async function whatDiffers(before: Origin, after: Origin, previous: Previous): Promise<BaseAndHead | undefined> {
  const { repository } = after
  const {
    release: { tree: last },
    root,
  } = previous
  const isRevision = before.from === 'revision' && after.from === 'revision'
  if (!isRevision || repository === undefined || !isId(before.id) || !isId(after.id) || !isId(last)) return undefined
  const changes = await changesOf(repository, before.id, after.id)
  // A folder with a file's name may have been there before, with another file in it: that takes reading all of it.
  if (changes === undefined || changes.some((one) => one.before?.is === 'folder' || one.after?.is === 'folder')) {
    return undefined
  }
  const then = last === after.id ? changes.map(turned) : await changesOf(repository, last, before.id)
  const now = last === before.id ? changes : await changesOf(repository, last, after.id)
  if (then === undefined || now === undefined) return undefined

  const [own, theirs] = [inPlace(changes, 'before'), inPlace(changes, 'after')]
  const ids = new Set([...own.files, ...theirs.files].map(({ path }) => stemOf(path)))
  const [globalsThen, globalsNow] = [await before.listGlobals(), await after.listGlobals()]
  const growth = inPlace(now, 'after').files.length - inPlace(now, 'before').files.length
  return {
    before: { ...before, tree: merged(globalsThen, withNamesakes(own, ids, then, previous)) },
    after: { ...after, tree: merged(globalsNow, withNamesakes(theirs, ids, now, previous)) },
    files: globalsNow.files.length + root.count + growth,
    unchanged: (isChanged) => unchangedSince(now, ids, isChanged, previous),
  }
}

/**
 * Returns everything that the store holds and that has changed neither since its tree nor by the change, and what has
 * been added meanwhile. A file is named by its id, and a store has one of a name: so for most it is not read where
 * their files are.
 */
function unchangedSince(
  sinceStore: readonly PathChange[],
  ids: ReadonlySet<string>,
  isChanged: (path: string) => boolean,
  previous: Previous,
): Unchanged {
  const [gone, come] = [inPlace(sinceStore, 'before'), inPlace(sinceStore, 'after')]
  const moved = new Set(gone.files.map(({ path }) => path))
  const suspects = new Set([...ids, ...gone.files.map(({ path }) => stemOf(path))])
  const arrived: Stored[] = []
  const unknown: TreeFile[] = []
  for (const file of come.files) {
    if (isChanged(file.path)) continue
    // What was only moved is still known.
    const known = previous.find(stemOf(file.path))
    if (known === undefined || known.blob !== file.blob) unknown.push(file)
    else arrived.push({ id: known.id, line: known.line, file: () => file })
  }
  function* stored(): Generator<Stored> {
    yield* arrived
    for (const { id, line, origin } of previous.all()) {
      if (suspects.has(id) && (moved.has(origin().file) || isChanged(origin().file))) continue
      yield { id, line, file: () => ({ path: origin().file, kind: 'account', blob: origin().blob }) }
    }
  }
  return { stored: { [Symbol.iterator]: stored }, unknown }
}

/** Returns the changed files of one side, and the unchanged ones that are named by an id of theirs. */
function withNamesakes(
  tree: Tree,
  ids: ReadonlySet<string>,
  sinceStore: readonly PathChange[],
  previous: Previous,
): Tree {
  const [gone, come] = [inPlace(sinceStore, 'before'), inPlace(sinceStore, 'after')]
  const moved = new Set(gone.files.map(({ path }) => path))
  const files = new Map<string, TreeFile>(tree.files.map((file) => [file.path, file]))
  const add = (file: TreeFile): void => {
    if (!files.has(file.path)) files.set(file.path, file)
  }
  for (const file of come.files) if (ids.has(stemOf(file.path))) add(file)
  for (const id of ids) {
    const stored = previous.find(id)
    if (stored !== undefined && !moved.has(stored.file)) add({ path: stored.file, kind: 'account', blob: stored.blob })
  }
  return { ...tree, files: [...files.values()] }
}

function inPlace(changes: readonly PathChange[], side: 'before' | 'after'): Tree {
  return placed(changes.flatMap((change) => change[side] ?? []))
}

function turned({ before, after }: PathChange): PathChange {
  return { before: after, after: before }
}
