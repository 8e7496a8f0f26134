import { Failure } from './failure.ts'
import type { Repository } from './git.ts'
import { type Found, type Tree, looksLikeFile, toTree } from './read.ts'

/** A commit from before there was any configuration, or of another folder. */
export class NoFolderThen extends Failure {}

/** The configuration's files in one of git's trees. @throws {NoFolderThen} when there is no such folder. */
export async function readRevision({ git, prefix }: Repository, commit: string, id: string): Promise<Tree> {
  return toTree(foundIn(await git.raw(['ls-tree', '-r', '-z', id]).catch(noFolder(prefix, commit))))
}

/** The same without the accounts, which are not even listed. @throws {NoFolderThen} when there is no such folder. */
export async function readGlobalsOf({ git, prefix }: Repository, commit: string, id: string): Promise<Tree> {
  const listing = await git.raw(['ls-tree', '-z', id]).catch(noFolder(prefix, commit))
  const entries = listing.split('\0').filter((line) => line !== '' && !isAccounts(line))
  const folders = entries.flatMap((line) => / tree [0-9a-f]+\t([^.].*)$/s.exec(line)?.[1] ?? [])
  const files = entries.filter((line) => !/ tree [0-9a-f]+\t/.test(line))
  if (folders.length === 0) return toTree(foundIn(files.join('\0')))
  const inFolders = await git.raw(['--literal-pathspecs', 'ls-tree', '-r', '-z', id, '--', ...folders.map((path) => `${path}/`)])
  return toTree(foundIn([...files, inFolders].join('\0')))
}

/** A path that two trees do not agree upon; what stands there on either side, unless it is nothing. */
export interface Change {
  readonly before: Found | undefined
  readonly after: Found | undefined
}

/**
 * How the accounts of two trees differ. git compares the ids of folders, and looks into none that is the same on both
 * sides. Undefined where git does not have one of them, as in a shallow clone.
 */
export async function changesOf({ git }: Repository, before: string, after: string): Promise<Change[] | undefined> {
  if (before === after) return []
  let listing: string
  try {
    listing = await git.raw(['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', '--ignore-submodules=none', before, after, '--', ACCOUNTS])
  } catch {
    return undefined
  }
  const changes: Change[] = []
  for (const [, old = '', now = '', was = '', is = '', path = ''] of listing.matchAll(/:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) [A-Z]\d*\0([^\0]+)\0/g)) {
    const change = { before: foundAt(old, was, path), after: foundAt(now, is, path) }
    if (change.before !== undefined || change.after !== undefined) changes.push(change)
  }
  return changes
}

const ACCOUNTS = 'accounts'

function isAccounts(line: string): boolean {
  return new RegExp(` tree [0-9a-f]+\\t${ACCOUNTS}$`).test(line)
}

/** Where the name is that of a file. */
function noFolder(prefix: string, commit: string): (error: unknown) => never {
  return (error) => {
    throw new NoFolderThen('usage', `there is no folder ${prefix} at ${commit.slice(0, 12)}`, 'name the folder with --config DIR', { cause: error })
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
  const folder = parts.slice(0, -1).findIndex(looksLikeFile)
  if (folder >= 0) return { path: parts.slice(0, folder + 1).join('/'), is: 'folder' }
  if (mode === '120000') return { path, is: 'link' }
  return mode.startsWith('100') ? { path, is: 'file', blob } : { path, is: 'other' }
}
