import { readdirSync } from 'node:fs'
import { posix } from 'node:path'
import { command } from '../../base/shell-command.ts'
import type { Tree, Unexpected } from '../../source/list-folder.ts'
import type { Repository } from '../../git/open-repository.ts'
import { pathsBelow, readTree } from '../../git/objects/read-trees.ts'
import { type Index, foldersAbove, fromTop, inTop, isHidden } from '../../git/worktree/read-index.ts'

/** Something that a checkout must not bring, wherever it is. */
export interface Stray extends Unexpected {
  /** Findings of the same cause that need not be reported. */
  readonly instead?: readonly string[]
}

/** Whether git takes a folder with these names in it for a repository. */
function isRepository(names: readonly string[]): boolean {
  const lower = new Set(names.map((name) => name.toLowerCase()))
  return lower.has('head') && (lower.has('commondir') || (lower.has('objects') && lower.has('refs')))
}

/** The other parts of a repository's folder. */
const PARTS =
  /^(HEAD|config|config\.worktree|commondir|gitdir|description|packed-refs|index|shallow|objects|refs|hooks|info|logs|branches|worktrees|modules)(\/|$)/i

const REPOSITORY = {
  why: 'git would take this folder for a repository, with settings and hooks that are programs',
  help: 'remove it: what a checkout brings is never run and answers for nothing',
}

/** Finds the folders of a configuration that git would take for repositories, each at its HEAD. */
export function repositoriesIn(tree: Tree, namesIn: (folder: string) => readonly string[]): Stray[] {
  return tree.unexpected.flatMap(({ path }): Stray[] => {
    if (posix.basename(path).toLowerCase() !== 'head') return []
    const folder = posix.dirname(path) === '.' ? '' : posix.dirname(path)
    if (!isRepository(namesIn(folder))) return []
    const start = folder === '' ? '' : `${folder}/`
    const parts = tree.unexpected.filter(
      (one) => one.path.startsWith(start) && PARTS.test(one.path.slice(start.length)),
    )
    return [{ path, ...REPOSITORY, instead: parts.map((one) => one.path) }]
  })
}

/** Does the same for folders whose names begin with a dot, which are searched for nothing else. */
export function hiddenRepositories({ entries }: Index): Stray[] {
  const heads = [...entries.keys()].filter((path) => /(^|\/)\..*\/HEAD$/i.test(path))
  return heads.flatMap((path) => {
    const start = path.slice(0, -'HEAD'.length)
    const names = [...entries.keys()]
      .filter((one) => one.startsWith(start))
      .map((one) => firstOf(one.slice(start.length)))
    return isRepository(names) ? [{ path, ...REPOSITORY }] : []
  })
}

/** Finds submodules in a configuration: what they hold was not reviewed with it. */
export function submodules({ entries }: Index): Stray[] {
  const links = [...entries.values()].filter(({ mode, path }) => mode === '160000' && !isHidden(path))
  return links.map(({ path }) => ({
    path,
    why: 'a submodule',
    help: 'put the files themselves here: those of another repository are not reviewed here',
    instead: [path],
  }))
}

/**
 * Finds names on the way to the configuration that a tree has twice: git reads one of them, and checks out the other.
 */
export async function doubledAbove(repository: Repository, commit = 'HEAD'): Promise<Stray[]> {
  const { prefix } = repository
  const found = await Promise.all(
    foldersAbove(prefix).map(async (folder) => {
      const entries = (await readTree(repository, folder === '' ? `${commit}^{tree}` : `${commit}:${folder}`)) ?? []
      const next = prefix.split('/')[folder === '' ? 0 : folder.split('/').length]
      return entries.filter(({ path }) => path === next).length < 2 ? [] : [inTop(folder, next ?? '')]
    }),
  )
  return found.flat().map((path) => ({
    path: fromTop(prefix, path) || '.',
    why: `a tree of git's has ${path} twice`,
    help: 'commit it anew: `git fsck` names the tree',
  }))
}

export function repositoryAbove(prefix: string, above: string, names: readonly string[]): Stray[] {
  const head = names.find((name) => name.toLowerCase() === 'head')
  return head === undefined || !isRepository(names)
    ? []
    : [{ path: fromTop(prefix, inTop(above, head)), ...REPOSITORY }]
}

/** Finds everything tracked below a folder `.tenfold`, each such folder at its first path. */
export function tenfoldStrays(prefix: string, paths: readonly string[]): Stray[] {
  const first = new Map<string, string>()
  for (const path of [...paths].sort()) {
    const parts = path.split('/')
    const folder = parts.slice(0, parts.findIndex((part) => part.toLowerCase() === '.tenfold') + 1).join('/')
    if (!first.has(folder)) first.set(folder, path)
  }
  return [...first].map(([folder, path]) => ({
    path: fromTop(prefix, path),
    why: `git tracks ${folder}, which is for what this machine makes itself: nothing in it is read`,
    help: `take it out with ${command('git', 'rm', '-r', '--cached', folder)}, and list .tenfold/ in .gitignore`,
  }))
}

/**
 * Finds those in a commit, or in a tree of the top: on the way to the configuration, and below every folder `.tenfold`.
 */
export async function straysAt(repository: Repository, commit: string): Promise<Stray[]> {
  const { prefix } = repository
  const above = await Promise.all(
    foldersAbove(prefix).map(async (folder) => {
      const entries = await readTree(repository, folder === '' ? `${commit}^{tree}` : `${commit}:${folder}`)
      return repositoryAbove(
        prefix,
        folder,
        (entries ?? []).map(({ path }) => path),
      )
    }),
  )
  return [
    ...above.flat(),
    ...(await doubledAbove(repository, commit)),
    ...tenfoldStrays(prefix, await pathsBelow(repository, commit, '.tenfold', inTop(prefix, 'accounts'))),
  ]
}

export function namesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // A caller that cannot list it learns so where it is read.
    return []
  }
}

export function namesBelow({ files, unexpected, others }: Tree, folder: string): string[] {
  const start = folder === '' ? '' : `${folder}/`
  return [...files, ...unexpected, ...others].flatMap(({ path }) => {
    return path.startsWith(start) ? [firstOf(path.slice(start.length))] : []
  })
}

function firstOf(path: string): string {
  return path.split('/', 1)[0] ?? ''
}
