import { changesOf, placed } from '../../source/list-revision.ts'
import { stemOf } from '../../source/file-layout.ts'
import { type Tree, type TreeFile, isPlainFolder } from '../../source/list-folder.ts'
import { type Configuration, type Origin, listed } from '../../source/open-configuration.ts'
import { globalsOfCheckout, identified } from '../../source/identify-files.ts'
import type { CustomRules } from '../load-custom-rules.ts'
import type { Previous, PreviousAccount } from './previous-release.ts'

/** The part of a configuration that a compile has to read. */
export interface Scope {
  /** Of the accounts, only those that have changed, and the others that claim an id of theirs. */
  readonly configuration: Configuration
  /** The account files that may contain something new. */
  readonly accounts: readonly TreeFile[]
  /** How many YAML files the configuration has. */
  readonly files: number
  /** The ids of accounts whose files are not where they were. */
  readonly gone: ReadonlySet<string>
  /** Returns what the store knows of the account file at a path. */
  known(path: string): PreviousAccount | undefined
}

/** Returns what has changed since the last store, where git can determine it; else everything. @throws {Unusable} */
export async function scopeOf(
  origin: Origin,
  previous: Previous | undefined,
  custom: CustomRules | undefined,
): Promise<Scope> {
  const narrow = previous === undefined || needsTree(custom) ? undefined : await changedSince(origin, previous)
  return narrow ?? everything(origin, previous)
}

/** Whether a custom rule inspects the tree of files, so that it has to be listed. */
export function needsTree(custom: CustomRules | undefined): boolean {
  return custom?.rules.some(({ tree }) => tree !== undefined) === true
}

async function everything(origin: Origin, previous: Previous | undefined): Promise<Scope> {
  const configuration = await identified(await listed(origin))
  const { files } = configuration.tree
  const accounts = files.filter(({ kind }) => kind === 'account')
  const byFile = previous?.byFile() ?? new Map<string, PreviousAccount>()
  const paths = new Set(accounts.map(({ path }) => path))
  const gone = new Set([...byFile.values()].flatMap(({ id, file }) => (paths.has(file) ? [] : id)))
  return { configuration, accounts, files: files.length, gone, known: (path) => byFile.get(path) }
}

/**
 * Returns what has changed, according to git, since the tree that the store was compiled from, up to a revision or a
 * clean checkout. That tree had no error, or there would be no store: each of its account files is an account in the
 * store, under the id that its name gives.
 */
async function changedSince(origin: Origin, previous: Previous): Promise<Scope | undefined> {
  const { repository, from, id } = origin
  const {
    release: { tree: last },
    root,
  } = previous
  if (repository === undefined || !isId(id) || !isId(last)) return undefined
  if (from === 'folder' && !(await isCheckout(origin))) return undefined
  const changes = await changesOf(repository, last, id)
  if (changes === undefined) return undefined
  // How a link, or another repository, comes out of git, only the folder can show.
  if (from === 'folder' && changes.some(({ after }) => after !== undefined && after.is !== 'file')) return undefined
  const then = placed(changes.flatMap(({ before }) => before ?? []))
  const now = placed(changes.flatMap(({ after }) => after ?? []))
  const paths = new Set(now.files.map(({ path }) => path))
  const removed = new Set(then.files.flatMap(({ path }) => (paths.has(path) ? [] : path)))

  const others: TreeFile[] = []
  for (const { path } of now.files) {
    const stored = previous.find(stemOf(path))
    if (stored === undefined || removed.has(stored.file) || paths.has(stored.file)) continue
    others.push({ path: stored.file, kind: 'account', blob: stored.blob })
    paths.add(stored.file)
  }
  const globals = from === 'folder' ? await globalsOfCheckout(origin) : await origin.listGlobals()
  const tree = merged(globals, { ...now, files: [...now.files, ...others] })
  return {
    configuration: { ...origin, tree },
    accounts: now.files,
    files: globals.files.length + root.count + now.files.length - then.files.length,
    gone: new Set([...removed].map(stemOf)),
    known: (path) => {
      const stored = previous.find(stemOf(path))
      return stored?.file === path ? stored : undefined
    },
  }
}

/** Whether a folder holds what git has under its id, all of it, and nothing else. */
async function isCheckout({ folder, state }: Origin): Promise<boolean> {
  // git reads the files while the folders are listed.
  const [isPlain, { commit, unsure }] = await Promise.all([isPlainFolder(folder), state()])
  return isPlain && commit !== null && unsure.length === 0
}

/** Whether a text is a SHA-1 id, of a store's tree or of git: the store names contents by these, too. */
export function isId(id: string | undefined): id is string {
  return id !== undefined && /^[0-9a-f]{40}$/.test(id)
}

export function merged(a: Tree, b: Tree): Tree {
  return {
    files: sorted([...a.files, ...b.files]),
    unexpected: sorted([...a.unexpected, ...b.unexpected]),
    others: [...a.others, ...b.others],
  }
}

function sorted<T extends { readonly path: string }>(all: readonly T[]): T[] {
  return [...all].sort((a, b) => (a.path < b.path ? -1 : 1))
}
