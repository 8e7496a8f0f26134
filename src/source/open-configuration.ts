import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path'
import { Failure } from '../base/failure.ts'
import { ACCOUNTS, namesOf } from './file-layout.ts'
import { NoFolderThen, contentsOf, fetchRevision, findAccountIn, readGlobalsOf } from './list-revision.ts'
import { type Repository, openRepository, whyNoHistory, whyNoRepository } from '../git/open-repository.ts'
import { refuseTrackedLink } from '../git/worktree/is-tracked.ts'
import {
  type Facts,
  UNCOMMITTED,
  factsOfCommit,
  factsOfIndex,
  factsOfWorkingTree,
} from '../git/worktree/working-tree-facts.ts'
import { type FileContent, type Located, type Tree, findInFolder, readContent, readFolder } from './list-folder.ts'
import { nearest } from '../base/did-you-mean.ts'

/** The location of a configuration: in a folder of the working tree, or at a revision. Nothing is listed yet. */
export interface Origin extends Facts {
  /** The folder, absolute; for a revision, where the folder would be. */
  readonly folder: string
  /** The source of the contents: workers read a folder's files themselves. */
  readonly from: 'folder' | 'revision'
  readonly repository: Repository | undefined
  /** The commit, or the tree of the repository's top, of which it is a part; undefined for a folder. */
  readonly treeish: string | undefined
  /** Returns a path of the configuration relative to the working directory. */
  show(path: string): string
  contents<F extends Located>(files: readonly F[]): AsyncIterable<readonly [F, FileContent]>
  /** Lists everything. */
  list(): Promise<Tree>
  /** Lists what is not an account: a handful of files, however many accounts there are. */
  listGlobals(): Promise<Tree>
  /** Lists the files that are named by one account, and what may lead to them: at most one, if nothing is wrong. */
  find(account: string): Promise<Tree>
  /** Lists the custom rules. */
  rules(): Promise<RulesPlace>
}

/** The place of the custom rules, no matter which configuration's policy applies. */
export interface RulesPlace {
  readonly is: 'working tree' | 'policy' | 'revision'
  /** The folder of the configuration that they are a part of. */
  readonly folder: string
  readonly files: readonly Located[]
}

/** Instead of a revision: what is staged, everything that the next commit will hold. */
export const STAGED = Symbol('what is staged')
export type AtIndex = typeof STAGED

/** A configuration whose files are known. */
export interface Configuration extends Origin {
  readonly tree: Tree
}

/** @throws {Failure} when there is no such folder, or no such revision. */
export async function openConfiguration(config: string, at?: string): Promise<Configuration> {
  return listed(await openOrigin(config, at))
}

export async function listed(origin: Origin): Promise<Configuration> {
  return { ...origin, tree: await origin.list() }
}

/**
 * Refuses a link that a change brings in place of the folder: it leads to files with other owners.
 *
 * @throws {Failure} when there is no such folder, no such revision, or such a link.
 */
export async function openOrigin(config: string, at?: string | AtIndex): Promise<Origin> {
  const folder = resolve(config)
  await refuseTrackedLink(folder)
  const show = showFrom(folder)
  const repository = await openRepository(folder)
  if (at === STAGED) return atIndex(folder, show, repository)
  if (at !== undefined) return atRevision(folder, show, repository, at)
  const facts = repository === undefined ? UNCOMMITTED : await factsOfWorkingTree(repository)
  if (!isFolder(folder)) throw facts.id === undefined ? noFolder(config, folder) : notCheckedOut(config)
  return atFolder(folder, show, repository, facts)
}

/** Opens the files that are there now, whatever git knows of them. @throws {Failure} when there is no such folder. */
export function openFolder(config: string): Origin {
  const folder = resolve(config)
  if (!isFolder(folder)) throw noFolder(config, folder)
  return atFolder(folder, showFrom(folder), undefined, UNCOMMITTED)
}

function atFolder(
  folder: string,
  show: (path: string) => string,
  repository: Repository | undefined,
  facts: Facts,
): Origin {
  const listGlobals = async (): Promise<Tree> => readFolder(folder, (path) => path !== ACCOUNTS)
  return {
    ...facts,
    folder,
    from: 'folder',
    repository,
    treeish: undefined,
    show,
    listGlobals,
    list: async () => readFolder(folder),
    find: async (account) => findInFolder(folder, ACCOUNTS, namesOf(account)),
    rules: async () => ({ is: 'working tree', folder, files: rulesIn(await listGlobals()) }),
    async *contents<F extends Located>(files: readonly F[]): AsyncGenerator<readonly [F, FileContent]> {
      for (const file of files) yield [file, readContent(join(folder, file.path), file.blob)]
    },
  }
}

/** Shows paths of a configuration as a user in the working directory would write them. */
export function showFrom(folder: string): (path: string) => string {
  const shown = relative(process.cwd(), folder).split(sep).join('/')
  return (path) => {
    const at = shown === '' ? path : `${shown}/${path}`
    // The configuration itself, and what is beside it.
    return path === '.' || path.startsWith('../') ? posix.normalize(at) : at
  }
}

async function atRevision(
  folder: string,
  show: (path: string) => string,
  repository: Repository | undefined,
  at: string,
): Promise<Origin> {
  if (repository === undefined) throw await whyNoRepository(folder, at)
  const { commit, ...facts } = await factsOfCommit(repository, at)
  const { id } = facts
  if (id === undefined) {
    throw new NoFolderThen(
      'usage',
      `there is no ${repository.prefix} at ${commit.slice(0, 12)}`,
      'name the folder with --config DIR',
    )
  }
  return atTree(folder, show, repository, { ...facts, id }, commit)
}

/** The custom rules are those of the working tree: nothing runs that is not there. */
async function atIndex(
  folder: string,
  show: (path: string) => string,
  repository: Repository | undefined,
): Promise<Origin> {
  if (repository === undefined) {
    const why = `${folder} is in no git repository, so that nothing is staged`
    throw (await whyNoHistory(folder)) ?? new Failure('usage', why, 'leave out --staged')
  }
  const { tree, repository: staging, ...facts } = await factsOfIndex(repository)
  const { id } = facts
  if (id === undefined) {
    throw new NoFolderThen(
      'usage',
      `nothing of ${repository.prefix} is staged`,
      'name the folder with --config DIR, or `git add` it',
    )
  }
  const staged = atTree(folder, show, staging, { ...facts, id }, tree)
  return isFolder(folder) ? { ...staged, rules: atFolder(folder, show, repository, UNCOMMITTED).rules } : staged
}

function atTree(
  folder: string,
  show: (path: string) => string,
  repository: Repository,
  facts: Facts & { readonly id: string },
  treeish: string,
): Origin {
  const { id } = facts
  // What git has under an id does not change, so that it is listed once, however many callers ask.
  let globals: Promise<Tree> | undefined
  const listGlobals = (): Promise<Tree> => (globals ??= readGlobalsOf(repository, treeish, id))
  return {
    ...facts,
    folder,
    from: 'revision',
    repository,
    treeish,
    show,
    listGlobals,
    list: () => fetchRevision(repository, treeish, id),
    find: (account) => findAccountIn(repository, id, account),
    rules: async () => ({ is: 'revision', folder, files: rulesIn(await listGlobals()) }),
    contents: (files) => contentsOf(repository, files),
  }
}

function rulesIn({ others }: Tree): Located[] {
  return others.filter(({ path }) => path.startsWith('rules/'))
}

function notCheckedOut(config: string): Failure {
  const help = 'check it out (`git checkout HEAD -- .`, `git sparse-checkout disable`), or name a revision: --at HEAD'
  return new Failure('usage', `HEAD has the configuration folder "${config}", and it is not checked out`, help)
}

function noFolder(config: string, folder: string): Failure {
  const meant = meantBy(folder)
  const hint = meant === undefined ? '' : `did you mean "${showFrom(meant)('').slice(0, -1) || '.'}"? `
  return new Failure('usage', `there is no configuration folder "${config}"`, `${hint}name it with --config DIR`)
}

/** Returns the folder that may have been meant: spelled alike, of the same name further up, or one beside it. */
function meantBy(folder: string): string | undefined {
  const above = dirname(folder)
  // A file of the configuration instead of its folder.
  if (existsSync(folder)) return isConfiguration(above) ? above : undefined
  let names: string[] = []
  try {
    names = readdirSync(above, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
  } catch {
    // The folder above is missing too: there is nothing beside it.
  }
  const near = nearest(basename(folder), names)
  if (near !== undefined) return join(above, near)
  for (let at = above; dirname(at) !== at; at = dirname(at)) {
    const upwards = join(dirname(at), basename(folder))
    if (isConfiguration(upwards)) return upwards
    if (isConfiguration(at)) return at
  }
  const beside = names.find((name) => isConfiguration(join(above, name)))
  return beside === undefined ? undefined : join(above, beside)
}

function isConfiguration(folder: string): boolean {
  return existsSync(join(folder, 'settings.yaml'))
}

/** What cannot be inspected is no folder, as for `existsSync`. */
function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}
