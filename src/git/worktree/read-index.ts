import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { Repository } from '../open-repository.ts'

/** The content of git's index. */
export interface Index {
  /** The files below the configuration's folder, by their path in it. */
  readonly entries: ReadonlyMap<string, IndexEntry>
  /** Every tracked path of the repository below a folder `.tenfold`, from the top. */
  readonly tenfold: readonly string[]
  /** The `.gitattributes` above and in the configuration's folder, by their path from the top, with their blobs. */
  readonly attributes: readonly { readonly path: string; readonly blob: string }[]
}

export interface IndexEntry {
  /** In the configuration's folder. */
  readonly path: string
  readonly mode: string
  readonly blob: string
  /** False where git was instructed not to: in a sparse checkout (skip-worktree), or by --assume-unchanged. */
  readonly isLookedAt: boolean
  /** Whether a sparse checkout leaves it out. */
  readonly isSkipped: boolean
}

/** Where the mode is in a line of `git ls-files -v -s`, which gives it six digits. */
const [MODE_START, MODE_END] = [2, 8]

const indexes = new WeakMap<Repository, Promise<Index>>()

/** Reads the index, once for all that is asked of it. */
export function readIndex(repository: Repository): Promise<Index> {
  const known = indexes.get(repository) ?? readIndexOf(repository)
  indexes.set(repository, known)
  return known
}

function readIndexOf(repository: Repository): Promise<Index> {
  const { prefix } = repository
  const everything = prefix === '' ? '.' : `:(top,literal)${prefix}`
  return listIndex(repository, [everything, ':(top,icase,glob)**/.tenfold', ':(top,icase,glob)**/.tenfold/**'])
}

/**
 * Reads the part of the index that some globs in the configuration's folder match, with the `.gitattributes` in it. git
 * reads all of the index for that, and prints less.
 */
export function readIndexAt(repository: Repository, globs: readonly string[]): Promise<Index> {
  const { prefix } = repository
  return listIndex(
    repository,
    [...globs, '**/.gitattributes'].map((glob) => globInTop(prefix, glob)),
  )
}

async function listIndex({ run, prefix }: Repository, paths: readonly string[]): Promise<Index> {
  const above = foldersAbove(prefix).map((folder) => `:(top,literal)${inTop(folder, '.gitattributes')}`)
  const patterns = [...paths, ...above]
  const listed = await run(['ls-files', '-v', '-s', '-z', '--', ...patterns], { patterns: true })
  const entries = new Map<string, IndexEntry>()
  const tenfold: string[] = []
  const attributes: { path: string; blob: string }[] = []
  // A million lines may follow: cut by their places, since `H 100644 ID 0` and a tab come before each path.
  for (const line of listed.split('\0')) {
    const tab = line.indexOf('\t')
    if (tab < 0) continue
    const at = line.slice(tab + 1)
    const blob = line.slice(MODE_END + 1, tab - ' 0'.length)
    if (isHidden(at)) {
      const parts = at.toLowerCase().split('/')
      if (parts.includes('.tenfold')) tenfold.push(at)
      if (parts.at(-1) === '.gitattributes') attributes.push({ path: at, blob })
    }
    const path = below(prefix, at)
    if (path === undefined) continue
    const flag = line[0]
    const mode = line.slice(MODE_START, MODE_END)
    entries.set(path, { path, mode, blob, isLookedAt: flag === 'H', isSkipped: flag === 'S' || flag === 's' })
  }
  return { entries, tenfold, attributes }
}

/** Whether there is an index at all: a clone that was made with --no-checkout has none. */
export function hasIndex({ gitDir }: Repository): boolean {
  return existsSync(join(gitDir, 'index'))
}

/** Returns a path of the configuration's folder, from the top. */
export function inTop(prefix: string, path: string): string {
  return prefix === '' ? path : `${prefix}/${path}`
}

/** Returns git's pattern for a glob in the configuration's folder, whose own name is taken literally. */
function globInTop(prefix: string, glob: string): string {
  return `:(top,glob)${inTop(asGlob(prefix), glob)}`
}

/** Returns a glob that matches one text and nothing else. */
export function asGlob(text: string): string {
  return text.replace(/[*?[\\]/g, '\\$&')
}

/** Returns a path from the top, from the configuration's folder. */
export function fromTop(prefix: string, path: string): string {
  return posix.relative(prefix === '' ? '.' : prefix, path)
}

/** Whether a name on the way to a file begins with a dot: such files are not read. */
export function isHidden(path: string): boolean {
  return path.startsWith('.') || path.includes('/.')
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
