import { lstatSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { isId } from '../store/format/account-leaf.ts'
import { stemOf } from '../source/file-layout.ts'
import type { SourceFile } from '../source/source-nodes.ts'
import { put } from './text/put-value.ts'
import { withOwnersOf } from './move-in-codeowners.ts'
import { Failure } from '../base/failure.ts'
import { inTop } from '../git/worktree/read-index.ts'
import { OWNER_FILES } from '../review/codeowners.ts'
import { accountMeant } from '../check/account-spelling.ts'
import { checkGlobals } from '../check/check-globals.ts'
import type { Configuration } from '../source/open-configuration.ts'
import { readContent } from '../source/list-folder.ts'
import type { FileEdit } from '../source/with-edits.ts'
import { type Edited, editFiles } from './edit-files.ts'

/** Removes an account's file, with the line of CODEOWNERS that names it. @throws {Failure} where it has none. */
export async function removeAccount(configuration: Configuration, id: string): Promise<Edited> {
  const path = fileOf(configuration, id)
  const { diagnostics } = await checkGlobals(configuration, { use: 'write' })
  const claimed = new Set(
    accountFiles(configuration)
      .filter((file) => stemOf(file) === id)
      .map(configuration.show),
  )
  // Whatever is wrong within the file goes with it.
  const inTheWay = diagnostics.filter(({ file, rule }) => claimed.has(file) && HINDERS.has(rule))
  if (inTheWay.length > 0) return { files: new Map(), diagnostics: inTheWay }
  const content = readContent(join(configuration.folder, path))
  const before = content === 'too-large' ? null : Buffer.from(content).toString('utf8')
  const removed: FileEdit = { before, after: null }
  return { files: new Map([[path, removed], ...ownersWith(configuration, path, undefined)]), diagnostics: [] }
}

/**
 * Gives an account another id: its file is named by it, in the folder in which it is, and so is the line of CODEOWNERS
 * that names the file. @throws {Failure} where there is no such account, or where the new id is none or is taken.
 */
export async function renameAccount(configuration: Configuration, id: string, to: string): Promise<Edited> {
  const path = fileOf(configuration, id)
  if (!isId(to)) {
    const help = 'an id begins with a-z or 0-9, and has at most 63 of a-z, 0-9, "-" and "_"'
    throw new Failure('usage', `"${to}" cannot be the id of an account`, help)
  }
  const taken = accountFiles(configuration).find((file) => stemOf(file) === to)
  if (taken !== undefined) {
    const help = id === to ? 'name another id' : 'name another id, or remove that account first'
    throw new Failure('usage', `there is an account "${to}" already (${configuration.show(taken)})`, help)
  }
  const target = posix.join(posix.dirname(path), `${to}.yaml`)
  const edit = (file: SourceFile | undefined): string => (file === undefined ? '' : put(file, ['id'], to))
  const { files, diagnostics } = await editFiles(configuration, [{ key: `accounts/${id}`, edit, moved: () => target }])
  if (files.size === 0) return { files, diagnostics }
  return { files: new Map([...files, ...ownersWith(configuration, path, target)]), diagnostics }
}

const HINDERS: ReadonlySet<string> = new Set(['ref/duplicate-account', 'files/not-checked-out'])

function accountFiles({ tree: { files, absent = [] } }: Configuration): string[] {
  return [...files, ...absent].flatMap(({ path, kind }) => (kind === 'account' ? path : []))
}

/** @throws {Failure} where the account has no file. */
function fileOf(configuration: Configuration, id: string): string {
  const path = accountFiles(configuration).find((file) => stemOf(file) === id)
  if (path !== undefined) return path
  const meant = accountMeant(id, configuration.tree)
  const help =
    meant === undefined ? 'the files below accounts/ are named by the ids of accounts' : `did you mean "${meant}"?`
  throw new Failure('usage', `there is no account "${id}"`, help)
}

/**
 * Returns the file of owners as it will be, by its path from the configuration's folder; nothing where it does not name
 * the path.
 */
function ownersWith({ repository }: Configuration, path: string, to: string | undefined): [string, FileEdit][] {
  if (repository === undefined) return []
  const { top, prefix } = repository
  const file = OWNER_FILES.find((name) => isPlainFile(join(top, name)))
  if (file === undefined) return []
  const before = readFileSync(join(top, file), 'utf8')
  const after = withOwnersOf(before, inTop(prefix, path), to === undefined ? undefined : inTop(prefix, to))
  return after === before ? [] : [[posix.relative(prefix === '' ? '.' : prefix, file), { before, after }]]
}

function isPlainFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true
}
