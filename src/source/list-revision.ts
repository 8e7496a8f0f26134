import { Failure } from '../base/failure.ts'
import { readBlobs } from '../git/objects/read-blobs.ts'
import { fetchMissing } from '../git/objects/fetch-missing.ts'
import type { Repository } from '../git/open-repository.ts'
import { isHidden } from '../git/worktree/read-index.ts'
import { type TreeEntry, differenceOf, findInTree, listTree, walkTree } from '../git/objects/read-trees.ts'
import { ACCOUNTS, looksLikeFile, namesOf } from './file-layout.ts'
import { MAX_FILE_BYTES } from './parse/parse-file.ts'
import { type FileContent, type FoundPaths, type Located, NOT_UTF8, type Tree, toTree } from './list-folder.ts'

/** A commit from before there was any configuration, or of another folder. */
export class NoFolderThen extends Failure {}

/**
 * Lists the configuration's files in a git tree. @throws {NoFolderThen} when there is no such folder. @throws {Failure}
 * when there are more files than can be listed.
 */
export async function readRevision(repository: Repository, commit: string, id: string): Promise<Tree> {
  const entries = await listTree(repository, id).catch((error: unknown) => {
    throw error instanceof Failure && error.kind === 'refused' ? error : noFolder(repository, commit, error)
  })
  return placed(entries.flatMap((entry) => foundAt(entry) ?? []))
}

/** Does the same, and fetches what a partial clone lacks of it at once: a caller that wants all is going to read it. */
export async function fetchRevision(repository: Repository, commit: string, id: string): Promise<Tree> {
  const tree = await readRevision(repository, commit, id)
  await fetchMissing(
    repository,
    [...tree.files, ...tree.others].flatMap(({ blob }) => blob ?? []),
  )
  return tree
}

/**
 * Does the same without the accounts, which are not even listed. @throws {NoFolderThen} when there is no such folder.
 */
export async function readGlobalsOf(repository: Repository, commit: string, id: string): Promise<Tree> {
  const entries = await walkTree(repository, id, (path) => path !== ACCOUNTS && !isHidden(path))
  if (entries === undefined) throw noFolder(repository, commit)
  return placed(entries.flatMap((entry) => foundAt(entry) ?? []))
}

/** Lists the files that are named by one account, wherever they are; the others are not listed. */
export async function findAccountIn(repository: Repository, id: string, account: string): Promise<Tree> {
  return placed((await findInTree(repository, id, ACCOUNTS, namesOf(account))).flatMap((entry) => foundAt(entry) ?? []))
}

/** Reads the contents of files that git has under their ids. */
export function contentsOf<F extends Located>(
  repository: Repository,
  files: readonly F[],
): AsyncIterable<readonly [F, FileContent]> {
  return readBlobs(repository, files, MAX_FILE_BYTES)
}

/** A path at which two trees differ; what is there on either side, unless it is nothing. */
export interface PathChange {
  readonly before: FoundPaths | undefined
  readonly after: FoundPaths | undefined
}

/** Compares the accounts of two trees. Undefined where git does not have one of them, as in a shallow clone. */
export async function changesOf(
  repository: Repository,
  before: string,
  after: string,
): Promise<PathChange[] | undefined> {
  if (before === after) return []
  const changes = await differenceOf(repository, before, after, ACCOUNTS)
  return changes
    ?.map((change) => ({
      before: change.before && foundAt(change.before),
      after: change.after && foundAt(change.after),
    }))
    .filter((change) => change.before !== undefined || change.after !== undefined)
}

/** Sorts what git has found by where it belongs; what is found twice of a folder is reported once. */
export function placed(found: readonly FoundPaths[]): Tree {
  return toTree([...new Map(found.map((one) => [one.path, one])).values()])
}

/** Returns the failure for a missing folder, or for a file of that name. */
function noFolder({ prefix }: Repository, commit: string, cause?: unknown): NoFolderThen {
  return new NoFolderThen(
    'usage',
    `there is no folder ${prefix} at ${commit.slice(0, 12)}`,
    'name the folder with --config DIR',
    { cause },
  )
}

/** Returns what git's entry is to a configuration; undefined for a dotfile, which is not read. */
export function foundAt({ mode, id: blob, path }: TreeEntry): FoundPaths | undefined {
  if (isHidden(path)) return undefined
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    if (looksLikeFile(path.slice(0, end))) return { path: path.slice(0, end), is: 'folder' }
  }
  if (path.includes(NOT_UTF8)) return { path, is: 'unnamed' }
  if (mode === '120000') return { path, is: 'link' }
  return mode.startsWith('100') ? { path, is: 'file', blob } : { path, is: 'other' }
}
