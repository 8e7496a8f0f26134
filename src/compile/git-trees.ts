import { Failure } from './failure.ts'
import type { GitObject } from './git-objects.ts'
import type { Repository } from './git.ts'
import { looksLikeFile } from './layout.ts'
import { type Found, NOT_UTF8, type Tree, toTree } from './read.ts'

/** A commit from before there was any configuration, or of another folder. */
export class NoFolderThen extends Failure {}

/** The configuration's files in one of git's trees. @throws {NoFolderThen} when there is no such folder. */
export async function readRevision({ git, prefix }: Repository, commit: string, id: string): Promise<Tree> {
  return toTree(foundIn(await git.raw(['ls-tree', '-r', '-z', id]).catch(noFolder(prefix, commit))))
}

/** The same without the accounts, which are not even listed. @throws {NoFolderThen} when there is no such folder. */
export async function readGlobalsOf({ objects, prefix }: Repository, commit: string, id: string): Promise<Tree> {
  const found: Found[] = []
  const pending = [{ path: '', id }]
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const tree = await objects.read(folder.id)
    if (tree?.type !== 'tree') return noFolder(prefix, commit)(undefined)
    for (const { mode, name, id: blob } of entriesOf(tree)) {
      const path = folder.path === '' ? name : `${folder.path}/${name}`
      if (path === ACCOUNTS && mode === FOLDER) continue
      if (mode === FOLDER) {
        if (!name.startsWith('.')) pending.push({ path, id: blob })
      } else {
        const one = foundAt(mode, blob, path)
        if (one !== undefined) found.push(one)
      }
    }
  }
  return toTree([...new Map(found.map((one) => [one.path, one])).values()])
}

interface TreeEntry {
  readonly mode: string
  readonly name: string
  readonly id: string
}

/** What a tree of git's holds: mode, name, NUL and the bytes of an id, one after the other. */
function* entriesOf({ id, bytes }: GitObject): Generator<TreeEntry> {
  const length = id.length / 2
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(32, at)
    const end = bytes.indexOf(0, space)
    const next = end + 1 + length
    yield {
      mode: bytes.toString('latin1', at, space),
      name: bytes.toString('utf8', space + 1, end),
      id: bytes.toString('hex', end + 1, next),
    }
    at = next
  }
}

/** Without the leading zero that listings show. */
const FOLDER = '40000'

/** A path that two trees do not agree upon; what stands there on either side, unless it is nothing. */
export interface Change {
  readonly before: Found | undefined
  readonly after: Found | undefined
}

/** One change of `git diff-tree --raw -z`: the modes and the ids before and after, and the path. */
const CHANGED = /:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) [A-Z]\d*\0([^\0]+)\0/g

/**
 * How the accounts of two trees differ. git compares the ids of folders, and looks into none that is the same on both
 * sides. Undefined where git does not have one of them, as in a shallow clone.
 */
export async function changesOf({ git }: Repository, before: string, after: string): Promise<Change[] | undefined> {
  if (before === after) return []
  let listing: string
  try {
    listing = await git.raw([
      'diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', '--ignore-submodules=none',
      before, after, '--', ACCOUNTS,
    ])
  } catch {
    return undefined
  }
  const changes: Change[] = []
  for (const [, old = '', now = '', was = '', is = '', path = ''] of listing.matchAll(CHANGED)) {
    const change = { before: foundAt(old, was, path), after: foundAt(now, is, path) }
    if (change.before !== undefined || change.after !== undefined) changes.push(change)
  }
  return changes
}

const ACCOUNTS = 'accounts'

/** Where the name is that of a file. */
function noFolder(prefix: string, commit: string): (error: unknown) => never {
  return (error) => {
    throw new NoFolderThen(
      'usage',
      `there is no folder ${prefix} at ${commit.slice(0, 12)}`,
      'name the folder with --config DIR',
      { cause: error },
    )
  }
}

function foundIn(listing: string): Found[] {
  const found = new Map<string, Found>()
  for (const line of listing.split('\0')) {
    const [, mode, blob, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? []
    const one = mode === undefined || blob === undefined || path === undefined ? undefined : foundAt(mode, blob, path)
    if (one !== undefined) found.set(one.path, one)
  }
  return [...found.values()]
}

/** What stands at a path; undefined for nothing, and for a dotfile, which nobody reads. */
function foundAt(mode: string, blob: string, path: string): Found | undefined {
  const parts = path.split('/')
  if (mode === '000000' || parts.some((part) => part.startsWith('.'))) return undefined
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    if (looksLikeFile(path.slice(0, end))) return { path: path.slice(0, end), is: 'folder' }
  }
  if (path.includes(NOT_UTF8)) return { path, is: 'unnamed' }
  if (mode === '120000') return { path, is: 'link' }
  return mode.startsWith('100') ? { path, is: 'file', blob } : { path, is: 'other' }
}
