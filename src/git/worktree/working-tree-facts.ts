import { join } from 'node:path'
import { Failure } from '../../base/failure.ts'
import { contentOf } from '../../base/file-facts.ts'
import { attributesNaming } from './attributes-naming.ts'
import { blobId, withLf } from '../objects/blob-id.ts'
import type { Repository } from '../open-repository.ts'
import { commitAt, findCommit, objectAt } from '../history/resolve-revision.ts'
import { type Index, type IndexEntry, inTop, readIndex } from './read-index.ts'
import { type StagedTree, readStaged } from './read-staged-tree.ts'

export interface Facts {
  /** The day of the commit that dates are checked against, as `2026-01-31`; undefined where nothing is committed. */
  readonly date: string | undefined
  /** git's id of the folder's content at that commit, or at HEAD; undefined where git has no such folder. */
  readonly id: string | undefined
  /** Compares what is there with that; for a working tree this inspects every file, so it is done on request only. */
  state(): Promise<State>
}

interface State {
  /** The commit whose content this is, in full; null for a dirty tree or without git. */
  readonly commit: string | null
  /** Paths of the repository that may differ from what git has under that id; for folders, everything in them. */
  readonly unsure: readonly string[]
}

export const UNCOMMITTED: Facts = {
  date: undefined,
  id: undefined,
  state: () => Promise.resolve({ commit: null, unsure: [] }),
}

/** Returns git's facts about the configuration in the working tree. */
export async function factsOfWorkingTree(repository: Repository): Promise<Facts> {
  const head = await findCommit(repository, 'HEAD')
  if (head === undefined) return UNCOMMITTED
  const id = await idOf(repository, head.id)
  let state: Promise<State> | undefined
  return { date: head.date, id, state: () => (state ??= stateOf(repository, head.id, id)) }
}

/** @throws {Failure} when there is no such revision. */
export async function factsOfCommit(
  repository: Repository,
  revision: string,
): Promise<Facts & { readonly commit: string }> {
  const { id: commit, date } = await commitAt(repository, revision)
  return { commit, date, id: await idOf(repository, commit), state: () => Promise.resolve({ commit, unsure: [] }) }
}

/**
 * Returns git's facts about what is staged: dates are checked against HEAD's, on which it is going to be committed.
 * @throws {Failure}
 */
export async function factsOfIndex(repository: Repository): Promise<Facts & StagedTree> {
  const staged = await readStaged(repository)
  const head = await findCommit(repository, 'HEAD')
  return {
    ...staged,
    date: head?.date,
    id: await idOf(staged.repository, staged.tree),
    state: () => Promise.resolve({ commit: null, unsure: [] }),
  }
}

/** Returns the id of the folder in a commit, or in a tree of the top. */
async function idOf(repository: Repository, commit: string): Promise<string | undefined> {
  const { prefix } = repository
  const found = await objectAt(repository, prefix === '' ? `${commit}^{tree}` : `${commit}:${prefix}`)
  // Anything else in its place does not count: a link, or a submodule.
  return found?.type === 'tree' ? found.id : undefined
}

async function stateOf(repository: Repository, head: string, id: string | undefined): Promise<State> {
  const { top, prefix } = repository
  try {
    const { entries } = await readIndex(repository)
    const others = await changedFiles(repository)
    const blind = [...entries.values()].filter(({ isLookedAt }) => !isLookedAt)
    const isClean = id !== undefined && others.length === 0 && blind.every((file) => isAsCommitted(top, prefix, file))
    return { commit: isClean ? head : null, unsure: [...others, ...blind.map(({ path }) => inTop(prefix, path))] }
  } catch (error) {
    // Nothing is known of any file.
    if (error instanceof Failure) return { commit: null, unsure: [''] }
    throw error
  }
}

/**
 * Returns the paths of the repository, below the configuration's folder, that git sees changed: those that differ from
 * HEAD or the index, and those that it does not track. What is in a submodule is not inspected.
 *
 * @param among Paths of the configuration to inspect; left out, everything is.
 */
export async function changedFiles(
  repository: Repository,
  index?: Pick<Index, 'attributes'>,
  among?: readonly string[],
): Promise<string[]> {
  const { run, prefix } = repository
  // To switch filters off takes asking for their names, for which there is a reason only where attributes name one.
  const attributes = index ?? (await readIndex(repository))
  const readsFiles = (await attributesNaming(repository, attributes, /\bfilter\b/)).length > 0
  const options = ['-z', '--no-renames', '--untracked-files=all', '--ignored=matching', '--ignore-submodules=dirty']
  const paths = among?.map((path) => inTop(prefix, path)) ?? [prefix === '' ? '.' : prefix]
  const status = await run(['status', '--porcelain=v2', ...options, '--', ...paths], { readsFiles })
  return status
    .split('\0')
    .filter((entry) => entry !== '' && !isIgnoredDotfile(entry, prefix))
    .map(pathIn)
}

/**
 * Whether an ignored path is a dotfile. Other ignored files are read like any file, so they count; dotfiles are not
 * read.
 */
function isIgnoredDotfile(entry: string, prefix: string): boolean {
  return (
    entry.startsWith('! ') &&
    pathIn(entry)
      .slice(prefix.length)
      .split('/')
      .some((part) => part.startsWith('.'))
  )
}

/** Returns the path at the end of an entry of `git status --porcelain=v2`. */
function pathIn(entry: string): string {
  return entry.replace(/^(?:[?!] |1 (?:\S+ ){7}|u (?:\S+ ){9})/, '')
}

/** Whether a file has the content that git has staged for it; a missing file has none. */
function isAsCommitted(top: string, prefix: string, { path, blob }: IndexEntry): boolean {
  const bytes = contentOf(join(top, inTop(prefix, path)), Infinity)
  if (bytes === undefined) return false
  return blobId(bytes) === blob || blobId(withLf(bytes)) === blob
}
