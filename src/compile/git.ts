import { existsSync, realpathSync } from 'node:fs'
import { dirname, relative, sep } from 'node:path'
import { GitError, type SimpleGit, simpleGit } from 'simple-git'
import { Failure } from './failure.ts'

/** The repository that contains a configuration, wherever the command is run. */
export interface Repository {
  readonly git: SimpleGit
  readonly top: string
  /** The configuration's folder relative to the top, with forward slashes; empty where it is the top. */
  readonly prefix: string
}

/** Undefined where the folder is in no repository, or where there is no git. */
export async function openRepository(folder: string): Promise<Repository | undefined> {
  // The folder need not exist in the working tree: a revision may have it.
  let base = folder
  while (!existsSync(base) && dirname(base) !== base) base = dirname(base)
  try {
    const git = simpleGit({ baseDir: base, trimmed: true })
    const top = await git.revparse(['--show-toplevel'])
    const inside = relative(top, realpathSync(base) + folder.slice(base.length))
    if (inside.startsWith('..')) return undefined
    return { git: simpleGit({ baseDir: top, trimmed: true }), top, prefix: inside.split(sep).join('/') }
  } catch {
    return undefined
  }
}

/** The full id of a commit. @throws {Failure} when there is no such revision. */
export async function resolveRevision({ git }: Repository, revision: string): Promise<string> {
  try {
    return await git.revparse(['--verify', '--end-of-options', `${revision}^{commit}`])
  } catch (error) {
    const branches = await git.branchLocal().then(({ all }) => all, () => [])
    const hint = branches.length > 0 ? `; the branches are ${branches.slice(0, 8).join(', ')}` : ''
    throw new Failure('usage', `there is no revision "${revision}"`, `name a commit, a branch or a tag${hint}`, { cause: error })
  }
}

export interface Facts {
  /** The commit whose content this is, in full; null for a dirty tree or without git. */
  readonly commit: string | null
  /** The day of the commit that dates are judged by, as `2026-01-31`; undefined where nothing is committed. */
  readonly date: string | undefined
  /** git's id of the folder's content at that commit, or at HEAD; undefined where git has no such folder. */
  readonly id: string | undefined
  /** Paths of the repository that may not be what git has under that id; of folders, all that is in them. */
  readonly unsure: readonly string[]
}

export const UNCOMMITTED: Facts = { commit: null, date: undefined, id: undefined, unsure: [] }

/** What git says of the working tree's configuration. */
export async function factsOfWorkingTree({ git, prefix }: Repository): Promise<Facts> {
  try {
    const head = await git.revparse(['HEAD'])
    const path = prefix === '' ? '.' : prefix
    const [date, id, status, flagged] = await Promise.all([
      dateOf(git, head),
      idOf(git, head, prefix),
      git.raw(['status', '--porcelain=v2', '-z', '--no-renames', '--untracked-files=all', '--ignored=matching', '--', path]),
      git.raw(['ls-files', '-v', '-z', '--', path]),
    ])
    const others = status.split('\0').filter((entry) => entry !== '' && !isIgnoredDotfile(entry, prefix)).map(pathIn)
    return {
      commit: others.length === 0 && id !== undefined ? head : null,
      date,
      id,
      unsure: [...others, ...notLookedAt(flagged)],
    }
  } catch (error) {
    if (error instanceof GitError) return UNCOMMITTED
    throw error
  }
}

/** What git ignores is read like any other file, so it counts too, unless it is a dotfile, which nobody reads. */
function isIgnoredDotfile(entry: string, prefix: string): boolean {
  return entry.startsWith('! ') && pathIn(entry).slice(prefix.length).split('/').some((part) => part.startsWith('.'))
}

/** The path at the end of an entry of `git status --porcelain=v2`. */
function pathIn(entry: string): string {
  return entry.replace(/^(?:[?!] |1 (?:\S+ ){7}|u (?:\S+ ){9})/, '')
}

/** Files that git was told not to look at, such as with --assume-unchanged: its word for them is worth nothing. */
function notLookedAt(listing: string): string[] {
  return [...listing.matchAll(/(?:^|\0)[^H] ([^\0]+)/g)].flatMap(([, path]) => path ?? [])
}

export async function factsOfCommit({ git, prefix }: Repository, commit: string): Promise<Facts> {
  const [date, id] = await Promise.all([dateOf(git, commit), idOf(git, commit, prefix)])
  return { commit, date, id, unsure: [] }
}

async function dateOf(git: SimpleGit, commit: string): Promise<string> {
  const seconds = Number(await git.raw(['show', '-s', '--format=%ct', commit]))
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}

async function idOf(git: SimpleGit, commit: string, prefix: string): Promise<string | undefined> {
  const name = prefix === '' ? `${commit}^{tree}` : `${commit}:${prefix}`
  return git.revparse(['--verify', '--end-of-options', name]).then((id) => id, () => undefined)
}
