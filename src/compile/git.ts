import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { GitError, type SimpleGit, simpleGit } from 'simple-git'
import { Failure } from './failure.ts'
import { gitFailure } from './git-failure.ts'
import { GitObjects } from './git-objects.ts'
import { blobId } from './git-commit.ts'
import { readContent } from './read.ts'
import { didYouMean } from './suggest.ts'

/** The repository that contains a configuration, wherever the command is run. */
export interface Repository {
  readonly git: SimpleGit
  readonly objects: GitObjects
  readonly top: string
  /** The configuration's folder relative to the top, with forward slashes; empty where it is the top. */
  readonly prefix: string
}

/** Undefined where the folder is in no repository, or where there is no git. */
export async function openRepository(folder: string): Promise<Repository | undefined> {
  const base = existing(folder)
  try {
    const git = simpleGit({ baseDir: base, trimmed: true })
    const top = await git.revparse(['--show-toplevel'])
    const inside = relative(top, realpathSync(base) + folder.slice(base.length))
    if (inside.startsWith('..')) return undefined
    return {
      git: simpleGit({ baseDir: top, trimmed: true }),
      objects: new GitObjects(top),
      top,
      prefix: inside.split(sep).join('/'),
    }
  } catch {
    return undefined
  }
}

/**
 * Why a folder, of which a revision is asked for, is in no repository: there is none, there is no git, or git will have
 * nothing to do with this one, as where somebody else owns it.
 */
export async function whyNoRepository(folder: string, revision: string): Promise<Failure> {
  const error = await refusal(folder)
  if (error !== undefined) return gitFailure(error, `cannot read revision "${revision}" of ${folder}`)
  return new Failure(
    'usage',
    `${folder} is in no git repository, so there is no revision "${revision}"`,
    'leave out the revision',
  )
}

/** Why git says nothing of a folder that lies in a repository all the same; undefined where it lies in none. */
export async function whyNoHistory(folder: string): Promise<Failure | undefined> {
  let above = folder
  while (!existsSync(join(above, '.git')) && dirname(above) !== above) above = dirname(above)
  if (!existsSync(join(above, '.git'))) return undefined
  const error = await refusal(folder)
  return error === undefined ? undefined : gitFailure(error, `${above} is read as if git had no part in it`)
}

/** What git says against a folder, other than that it is in no repository. */
async function refusal(folder: string): Promise<unknown> {
  try {
    await simpleGit({ baseDir: existing(folder), trimmed: true }).revparse(['--show-toplevel'])
    return undefined
  } catch (error) {
    return error instanceof Error && error.message.includes('not a git repository (or any') ? undefined : error
  }
}

/** The folder need not exist in the working tree, where a revision may have it: the nearest one above that does. */
function existing(folder: string): string {
  let base = folder
  while (!existsSync(base) && dirname(base) !== base) base = dirname(base)
  return base
}

/** The full id of a commit. @throws {Failure} when there is no such revision. */
export async function resolveRevision(repository: Repository, revision: string): Promise<string> {
  return (await commitAt(repository, revision)).id
}

interface Commit {
  readonly id: string
  /** The day of the commit, as `2026-01-31`. */
  readonly date: string
}

/** @throws {Failure} when there is no such revision. */
async function commitAt(repository: Repository, revision: string): Promise<Commit> {
  const found = await findCommit(repository, revision)
  if (found !== undefined) return found
  if (await isShallow(repository)) {
    const help =
      'this clone is shallow: fetch what is missing (`git fetch --unshallow`; `fetch-depth: 0` in a workflow)'
    throw new Failure('usage', `there is no revision "${revision}" here`, help)
  }
  const branches = await repository.git.branchLocal().then(({ all }) => all, () => [])
  const tags = await repository.git.tags().then(({ all }) => all, () => [])
  const hint = branches.length > 0 ? `; the branches are ${branches.slice(0, 8).join(', ')}` : ''
  const help = `${didYouMean(revision, ['HEAD', ...branches, ...tags])}name a commit, a branch or a tag${hint}`
  throw new Failure('usage', `there is no revision "${revision}"`, help)
}

async function isShallow({ git }: Repository): Promise<boolean> {
  return git.revparse(['--is-shallow-repository']).then((answer) => answer === 'true', () => false)
}

async function findCommit({ objects }: Repository, revision: string): Promise<Commit | undefined> {
  const commit = await objects.read(`${revision}^{commit}`)
  if (commit === undefined) return undefined
  // The headers end with the first empty line; what comes after is the message.
  const [headers = ''] = commit.bytes.toString('utf8').split('\n\n', 1)
  const [, seconds] = /^committer .*> (-?\d+) [-+]\d+$/m.exec(headers) ?? []
  return { id: commit.id, date: new Date(Number(seconds ?? 0) * 1000).toISOString().slice(0, 10) }
}

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

async function stateOf({ git, top, prefix }: Repository, head: string, id: string | undefined): Promise<State> {
  try {
    const path = prefix === '' ? '.' : prefix
    const looks = ['-z', '--no-renames', '--untracked-files=all', '--ignored=matching']
    const [status, flagged] = await Promise.all([
      git.raw(['status', '--porcelain=v2', ...looks, '--', path]),
      git.raw(['ls-files', '-v', '-s', '-z', '--', path]),
    ])
    const others = status.split('\0').filter((entry) => entry !== '' && !isIgnoredDotfile(entry, prefix)).map(pathIn)
    const blind = notLookedAt(flagged)
    const isClean = id !== undefined && others.length === 0 && blind.every((file) => isAsCommitted(top, file))
    return { commit: isClean ? head : null, unsure: [...others, ...blind.map((file) => file.path)] }
  } catch (error) {
    // Nothing is known of any file.
    if (error instanceof GitError) return { commit: null, unsure: [''] }
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

interface Blind {
  readonly path: string
  readonly blob: string
}

/** Files that git was told not to look at, as in a sparse checkout or by --assume-unchanged: it cannot tell of them. */
function notLookedAt(listing: string): Blind[] {
  const flagged = listing.matchAll(/(?:^|\0)[^H] \d+ ([0-9a-f]+) \d\t([^\0]+)/g)
  return [...flagged].map(([, blob = '', path = '']) => ({ path, blob }))
}

/** Whether a file has the content that git has staged for it; one that is not there has none. */
function isAsCommitted(top: string, { path, blob }: Blind): boolean {
  try {
    const content = readContent(join(top, path), blob)
    return content !== 'too-large' && blobId(content) === blob
  } catch (error) {
    if (error instanceof Failure) return false
    throw error
  }
}

/** @throws {Failure} when there is no such revision. */
export async function factsOfCommit(
  repository: Repository,
  revision: string,
): Promise<Facts & { readonly commit: string }> {
  const { id: commit, date } = await commitAt(repository, revision)
  return { commit, date, id: await idOf(repository, commit), state: () => Promise.resolve({ commit, unsure: [] }) }
}

async function idOf({ objects, prefix }: Repository, commit: string): Promise<string | undefined> {
  const name = prefix === '' ? `${commit}^{tree}` : `${commit}:${prefix}`
  return (await objects.read(name))?.id
}
