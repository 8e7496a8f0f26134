import type { GitObject } from './cat-file.ts'
import type { Repository } from '../open-repository.ts'
import { tooManyFiles } from '../git-failure.ts'
import { objectAt } from '../history/resolve-revision.ts'
import { inParallel } from '../../base/in-parallel.ts'

/** The entry of a git tree at a path. */
export interface TreeEntry {
  /**
   * As listings show it, six digits: `100644`, `120000` for a link, `040000` for a folder, `160000` for a submodule.
   */
  readonly mode: string
  readonly id: string
  readonly path: string
}

const FOLDER = '040000'

/** The number of folders that are searched, and of files that are found: twice the accounts that `bench/` measures. */
const MOST = 2 ** 21

/** Lists every file below a tree, in git's order. @throws when there is no such tree. */
export async function listTree({ run }: Repository, tree: string): Promise<TreeEntry[]> {
  return entriesIn(await run(['ls-tree', '-r', '-z', tree]))
}

/**
 * Lists every file below a tree, except in the folders that are not wanted; undefined when there is no such tree.
 *
 * @throws {Failure} when there are more than can be listed.
 */
export async function walkTree(
  repository: Repository,
  tree: string,
  isWanted: (path: string) => boolean,
): Promise<TreeEntry[] | undefined> {
  const found: TreeEntry[] = []
  const pending = [{ path: '', id: tree }]
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const entries = await readTree(repository, folder.id)
    if (entries === undefined) return undefined
    for (const { mode, path: name, id } of entries) {
      const path = folder.path === '' ? name : `${folder.path}/${name}`
      if (mode !== FOLDER) found.push({ mode, id, path })
      else if (isWanted(path)) pending.push({ path, id })
    }
    if (found.length + pending.length > MOST) throw tooManyFiles(`cannot list ${tree} of ${repository.top}`)
  }
  return found
}

/** Lists one folder; undefined when there is no such tree. */
export async function readTree(repository: Repository, name: string): Promise<TreeEntry[] | undefined> {
  const tree = await objectAt(repository, name)
  return tree?.type === 'tree' ? [...entriesOf(tree)] : undefined
}

/** How many folders git is asked for at a time: it unpacks one while another is searched. */
const READERS = 16

/**
 * Finds the files below a folder of a tree that have one of some names, and everything that is neither a file nor a
 * folder. The names of the others are not even made into strings: there may be a million.
 *
 * @throws {Failure} when there are more than can be listed.
 */
export async function findInTree(
  repository: Repository,
  tree: string,
  below: string,
  names: ReadonlySet<string>,
): Promise<TreeEntry[]> {
  const wanted = [...names].map((name) => Buffer.from(name))
  const found: TreeEntry[] = []
  // The top is asked for by its path, and what is below it by the id that it is listed with.
  let folders = [{ path: below, name: `${tree}:${below}` }]
  while (folders.length > 0) {
    const inside: typeof folders = []
    await inParallel(folders, READERS, async (folder) => {
      const listed = await objectAt(repository, folder.name)
      if (listed?.type !== 'tree') return
      for (const { mode, path: name, id } of entriesOf(listed, wanted)) {
        const path = `${folder.path}/${name}`
        if (mode !== FOLDER) found.push({ mode, id, path })
        else if (names.has(name)) for (const file of await filesOf(repository, id, path)) found.push(file)
        else inside.push({ path, name: id })
      }
      if (found.length + inside.length > MOST) throw tooManyFiles(`cannot list ${tree}:${below} of ${repository.top}`)
    })
    folders = inside
  }
  return found
}

async function filesOf(repository: Repository, tree: string, path: string): Promise<TreeEntry[]> {
  const files = await walkTree(repository, tree, () => true)
  return (files ?? []).map((file) => ({ ...file, path: `${path}/${file.path}` }))
}

const [SPACE, ZERO] = [32, 48]

/**
 * Reads a git tree: mode, name, NUL and the bytes of an id, one after the other. With names, files of other names are
 * passed over; everything else is not.
 */
function* entriesOf({ id, bytes }: GitObject, names?: readonly Buffer[]): Generator<TreeEntry> {
  const length = id.length / 2
  for (let at = 0; at < bytes.length; ) {
    const space = nextOf(bytes, SPACE, at)
    const end = nextOf(bytes, 0, space)
    const next = end + 1 + length
    // The mode of a file has six digits and begins with 100.
    const isFile = space - at === 6 && bytes[at + 1] === ZERO
    if (names === undefined || !isFile || names.some((name) => isAt(bytes, space + 1, end, name))) {
      yield {
        mode: bytes.toString('latin1', at, space).padStart(6, '0'),
        path: bytes.toString('utf8', space + 1, end),
        id: bytes.toString('hex', end + 1, next),
      }
    }
    at = next
  }
}

/** Returns where a byte is next. A name is short: a call out of JavaScript would take longer than the search. */
function nextOf(bytes: Buffer, byte: number, at: number): number {
  let next = at
  while (next < bytes.length && bytes[next] !== byte) next++
  return next
}

function isAt(bytes: Buffer, start: number, end: number, name: Buffer): boolean {
  if (end - start !== name.length) return false
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false
  return true
}

function entriesIn(listing: string): TreeEntry[] {
  const found: TreeEntry[] = []
  for (const line of listing.split('\0')) {
    const [, mode, id, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? []
    if (mode !== undefined && id !== undefined && path !== undefined) found.push({ mode, id, path })
  }
  return found
}

/** A path at which two trees differ, with the entry of each, if any. */
export interface TreeChange {
  readonly before: TreeEntry | undefined
  readonly after: TreeEntry | undefined
}

/** Reads a change in the format of `--raw -z`: the modes and the ids before and after; its path follows. */
export function changeOf(raw: string, path: string): TreeChange {
  const [, old = NOTHING, now = NOTHING, was = '', is = ''] = CHANGED.exec(raw) ?? []
  return {
    before: old === NOTHING ? undefined : { mode: old, id: was, path },
    after: now === NOTHING ? undefined : { mode: now, id: is, path },
  }
}

const CHANGED = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) [A-Z]\d*$/
const NOTHING = '000000'

/**
 * Compares a folder in two trees. git compares the ids of folders, and opens none that is the same on both sides.
 * Undefined where git does not have one of them, as in a shallow clone.
 */
export async function differenceOf(
  { run }: Repository,
  before: string,
  after: string,
  folder: string,
): Promise<TreeChange[] | undefined> {
  const args = ['-r', '-z', '--raw', '--no-abbrev', '--no-renames', '--ignore-submodules=none', '--no-ext-diff']
  const listing = await run(['diff-tree', ...args, before, after, '--', folder]).catch(() => undefined)
  if (listing === undefined) return undefined
  const parts = listing.split('\0')
  return parts.flatMap((part, i) => (i % 2 === 0 && part !== '' ? [changeOf(part, parts[i + 1] ?? '')] : []))
}

/** The empty tree, which every repository has, by the length of its ids. */
const EMPTY: Readonly<Record<number, string>> = {
  40: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  64: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
}

/**
 * Lists the paths of a commit, from the top, that are below a folder of this name, in any spelling. One large folder,
 * which holds none of interest, is skipped.
 */
export async function pathsBelow(
  { run }: Repository,
  commit: string,
  name: string,
  passedOver: string,
): Promise<string[]> {
  const patterns = [
    `:(top,icase,glob)**/${name}`,
    `:(top,icase,glob)**/${name}/**`,
    `:(top,exclude,literal)${passedOver}`,
  ]
  const names = ['-r', '-z', '--name-only', '--no-renames', '--no-ext-diff', EMPTY[commit.length] ?? '', commit]
  const listed = await run(['diff-tree', ...names, '--', ...patterns], { patterns: true })
  return listed.split('\0').filter((path) => path !== '')
}
