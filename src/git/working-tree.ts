import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { Failure } from '../base/failure.ts'
import { contentOf } from '../base/look.ts'
import { attributesNaming } from './attributes.ts'
import { blobId, withLf } from './blob.ts'
import type { Repository } from './repository.ts'
import { commitAt, findCommit, objectAt } from './revision.ts'

export interface Facts {
  /** The day of the commit that dates are judged by, as `2026-01-31`; undefined where nothing is committed. */
  readonly date: string | undefined
  /** git's id of the folder's content at that commit, or at HEAD; undefined where git has no such folder. */
  readonly id: string | undefined
  /** How what is there compares with that; of a working tree it takes a look at every file, so it is asked for. */
  state(): Promise<State>
}

export interface State {
  /** The commit whose content this is, in full; null for a dirty tree or without git. */
  readonly commit: string | null
  /** Paths of the repository that may not be what git has under that id; of folders, all that is in them. */
  readonly unsure: readonly string[]
}

export const UNCOMMITTED: Facts = {
  date: undefined, id: undefined, state: () => Promise.resolve({ commit: null, unsure: [] }),
}

/** What git says of the working tree's configuration. */
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

async function idOf(repository: Repository, commit: string): Promise<string | undefined> {
  const { prefix } = repository
  return (await objectAt(repository, prefix === '' ? `${commit}^{tree}` : `${commit}:${prefix}`))?.id
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
 * The paths of the repository, below the configuration's folder, that git sees changed: those that are not what HEAD or
 * the index has, and those that it does not track. What is in a submodule, nobody looks at.
 */
export async function changedFiles(repository: Repository): Promise<string[]> {
  const { run, prefix } = repository
  // To switch filters off takes asking for their names, for which there is a reason where attributes name one.
  const readsFiles = (await attributesNaming(repository, await readIndex(repository), /\bfilter\b/)).length > 0
  const looks = ['-z', '--no-renames', '--untracked-files=all', '--ignored=matching', '--ignore-submodules=dirty']
  const status = await run(
    ['status', '--porcelain=v2', ...looks, '--', prefix === '' ? '.' : prefix],
    { readsFiles },
  )
  return status.split('\0').filter((entry) => entry !== '' && !isIgnoredDotfile(entry, prefix)).map(pathIn)
}

/** What git ignores is read like any other file, so it counts too, unless it is a dotfile, which nobody reads. */
function isIgnoredDotfile(entry: string, prefix: string): boolean {
  return entry.startsWith('! ') && pathIn(entry).slice(prefix.length).split('/').some((part) => part.startsWith('.'))
}

/** The path at the end of an entry of `git status --porcelain=v2`. */
function pathIn(entry: string): string {
  return entry.replace(/^(?:[?!] |1 (?:\S+ ){7}|u (?:\S+ ){9})/, '')
}

/** What git has staged. */
export interface Index {
  /** The files below the configuration's folder, by their path in it. */
  readonly entries: ReadonlyMap<string, IndexEntry>
  /** Everything in the repository that is tracked below a folder `.tenfold`, by its path from the top. */
  readonly tenfold: readonly string[]
  /** The `.gitattributes` above and in the configuration's folder, by their path from the top, with their blobs. */
  readonly attributes: readonly { readonly path: string; readonly blob: string }[]
}

export interface IndexEntry {
  /** In the configuration's folder. */
  readonly path: string
  readonly mode: string
  readonly blob: string
  /** False where git was told not to: in a sparse checkout (skip-worktree), or by --assume-unchanged. */
  readonly isLookedAt: boolean
  /** Whether it is one that a sparse checkout leaves out. */
  readonly isSkipped: boolean
}

const ENTRY = /^(\S) (\d+) ([0-9a-f]+) \d\t(.*)$/s

const indexes = new WeakMap<Repository, Promise<Index>>()

/** Reads the index, once for all that is asked of it. */
export function readIndex(repository: Repository): Promise<Index> {
  const known = indexes.get(repository) ?? readIndexOf(repository)
  indexes.set(repository, known)
  return known
}

async function readIndexOf({ run, prefix }: Repository): Promise<Index> {
  const patterns = [
    prefix === '' ? '.' : `:(top,literal)${prefix}`,
    ':(top,icase,glob)**/.tenfold', ':(top,icase,glob)**/.tenfold/**',
    ...foldersAbove(prefix).map((folder) => `:(top,literal)${inTop(folder, '.gitattributes')}`),
  ]
  const listed = await run(['ls-files', '-v', '-s', '-z', '--', ...patterns], { patterns: true })
  const entries = new Map<string, IndexEntry>()
  const tenfold: string[] = []
  const attributes: { path: string; blob: string }[] = []
  for (const line of listed.split('\0')) {
    const [, flag = '', mode = '', blob = '', at = ''] = ENTRY.exec(line) ?? []
    if (at === '') continue
    const parts = at.split('/')
    if (parts.some((part) => part.toLowerCase() === '.tenfold')) tenfold.push(at)
    if (parts.at(-1)?.toLowerCase() === '.gitattributes') attributes.push({ path: at, blob })
    const path = below(prefix, at)
    if (path === undefined) continue
    entries.set(path, { path, mode, blob, isLookedAt: flag === 'H', isSkipped: flag.toUpperCase() === 'S' })
  }
  return { entries, tenfold, attributes }
}

/** Whether there is an index at all: a clone that was made with --no-checkout has none. */
export function hasIndex({ gitDir }: Repository): boolean {
  return existsSync(join(gitDir, 'index'))
}

/** A path of the configuration's folder, from the top. */
export function inTop(prefix: string, path: string): string {
  return prefix === '' ? path : `${prefix}/${path}`
}

/** A path from the top, from the configuration's folder. */
export function fromTop(prefix: string, path: string): string {
  return posix.relative(prefix === '' ? '.' : prefix, path)
}

/** Whether a name on the way to a file begins with a dot: nobody reads those. */
export function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'))
}

function below(prefix: string, path: string): string | undefined {
  if (prefix === '') return path
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1) : undefined
}

/** `''`, `a` and `a/b` for `a/b/c`. */
export function foldersAbove(prefix: string): string[] {
  if (prefix === '') return []
  const parts = prefix.split('/')
  return parts.map((_, i) => parts.slice(0, i).join('/'))
}

/** Whether a file has the content that git has staged for it; one that is not there has none. */
function isAsCommitted(top: string, prefix: string, { path, blob }: IndexEntry): boolean {
  const bytes = contentOf(join(top, inTop(prefix, path)), Infinity)
  if (bytes === undefined) return false
  return blobId(bytes) === blob || blobId(withLf(bytes)) === blob
}
