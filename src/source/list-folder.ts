import { type Dirent, closeSync, fstatSync, openSync, readFileSync, readdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, codeOf, fileFailure } from '../base/failure.ts'
import { statsOf } from '../base/file-facts.ts'
import { blobId, withLf } from '../git/objects/blob-id.ts'
import { type FileKind, looksLikeFile, place } from './file-layout.ts'
import { MAX_FILE_BYTES } from './parse/parse-file.ts'

/** The files of a configuration, wherever they were found: a folder, or a revision of a repository. */
export interface Tree {
  /** The YAML files that are in their places, sorted by path. */
  readonly files: readonly TreeFile[]
  readonly unexpected: readonly Unexpected[]
  /** Files that belong here and are not YAML: the root of trust, custom rules. */
  readonly others: readonly Located[]
  /** Files of a checkout whose bytes differ from the committed ones, though nobody has edited them. */
  readonly converted?: readonly ConvertedFile[]
  /** Files of HEAD that are not checked out. */
  readonly absent?: readonly Absent[]
}

export interface Absent extends Located {
  /** Undefined for what is not YAML: the root of trust, custom rules. */
  readonly kind: FileKind | undefined
}

export interface ConvertedFile {
  readonly path: string
  /** The `.gitattributes` that causes the conversion, where one does. */
  readonly attributes?: string
}

export interface Located {
  /** Relative to the configuration's folder, with forward slashes. */
  readonly path: string
  /** git's id of the content, where git has it at hand. */
  readonly blob?: string
}

export interface TreeFile extends Located {
  readonly kind: FileKind
}

export interface Unexpected {
  readonly path: string
  readonly why: string
  readonly help: string
}

/** Replaces a file's bytes where they are too many to be read. */
export type FileContent = Uint8Array | 'too-large'

/** Lists a folder, except for the folders in it that are not wanted. Dotfiles are ignored; a link is never followed. */
export function readFolder(folder: string, isWanted: (path: string) => boolean = () => true): Tree {
  const found: FoundPaths[] = []
  const pending = ['']
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    for (const entry of listFolder(join(folder, path), path === '')) {
      if (entry.name.startsWith('.')) continue
      const at = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.name.includes(NOT_UTF8)) found.push({ path: at, is: 'unnamed' })
      else if (entry.isDirectory() && !looksLikeFile(at)) {
        if (isWanted(at)) pending.push(at)
      } else found.push({ path: at, is: entry.isFile() ? 'file' : kindOf(entry) })
    }
  }
  return toTree(found)
}

/**
 * Searches a folder of the configuration for files with one of some names, and for links, which would lead there.
 * Everything else is skipped by its name, without inspecting it: there may be a million of them.
 */
export function findInFolder(folder: string, below: string, names: ReadonlySet<string>): Tree {
  const found: FoundPaths[] = []
  const pending = [below]
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    for (const name of namesIn(join(folder, path))) {
      const isOne = names.has(name)
      if (!isOne && (looksLikeFile(name) || name.startsWith('.'))) continue
      const at = `${path}/${name}`
      const stats = statsOf(join(folder, at))
      if (stats === undefined) continue
      if (stats.isDirectory() && !isOne) pending.push(at)
      else if (isOne || stats.isSymbolicLink()) found.push({ path: at, is: stats.isFile() ? 'file' : kindOf(stats) })
    }
  }
  return toTree(found)
}

/**
 * Returns none where there is no such folder, or something else in its place: the listing of the folder above reports
 * it.
 */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw fileFailure(error, `cannot list ${folder}`)
  }
}

/**
 * Whether there is nothing in a folder but files and folders of files. Anything else git may leave unreported: a pipe,
 * or an empty folder, which may have a file's name.
 */
export async function isPlainFolder(folder: string): Promise<boolean> {
  const pending = [folder]
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const entry of await entriesIn(at)) {
      if (entry.name.startsWith('.')) continue
      if (entry.name.includes(NOT_UTF8)) return false
      if (entry.isFile()) continue
      if (!entry.isDirectory() || looksLikeFile(entry.name)) return false
      pending.push(join(at, entry.name))
    }
  }
  return true
}

export interface FoundPaths {
  readonly path: string
  readonly is: 'file' | 'link' | 'folder' | 'other' | 'unnamed'
  readonly blob?: string
}

export function toTree(found: readonly FoundPaths[]): Tree {
  const files: TreeFile[] = []
  const unexpected: Unexpected[] = []
  const others: Located[] = []
  for (const { path, is, blob } of [...found].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const placed = is === 'file' ? place(path) : { is: 'unexpected' as const, ...WORDS[is] }
    if (placed.is === 'yaml') files.push({ path, kind: placed.kind, ...(blob !== undefined && { blob }) })
    else if (placed.is === 'other') others.push({ path, ...(blob !== undefined && { blob }) })
    else unexpected.push({ path, why: placed.why, help: placed.help })
  }
  return { files, unexpected, others }
}

/**
 * Reads a file's content, as git has it where git's id of it is given: a checkout may have CRLF at the ends of lines
 * where the commit has LF (`core.autocrlf`), and both are to compile into the same bytes.
 *
 * @throws {Failure} when the file cannot be read.
 */
export function readContent(file: string, blob?: string): FileContent {
  let handle: number | undefined
  try {
    handle = openSync(file, 'r')
    if (fstatSync(handle).size > MAX_FILE_BYTES) return 'too-large'
    const bytes = readFileSync(handle)
    if (blob === undefined || !bytes.includes('\r\n')) return bytes
    const lf = withLf(bytes)
    return blobId(lf) === blob ? lf : bytes
  } catch (error) {
    throw fileFailure(error, `cannot read ${file}`)
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

const WORDS = {
  link: { why: 'a symbolic link', help: 'put the file itself here: a link may lead out of what was reviewed' },
  folder: { why: 'a folder with the name of a file', help: 'rename the folder' },
  unnamed: { why: 'a name that is not UTF-8', help: 'rename it: nothing can be opened by what it is shown as' },
  other: { why: 'not a regular file', help: 'move it out of the configuration folder' },
} as const

/** Replaces bytes that are not text. */
export const NOT_UTF8 = '\ufffd'

function kindOf(entry: Pick<Dirent, 'isDirectory' | 'isSymbolicLink'>): 'link' | 'folder' | 'other' {
  return entry.isSymbolicLink() ? 'link' : entry.isDirectory() ? 'folder' : 'other'
}

async function entriesIn(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    throw fileFailure(error, `cannot list ${folder}`)
  }
}

function listFolder(folder: string, isRoot: boolean): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (isRoot && (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR')) {
      const why = `there is no configuration folder ${folder}`
      throw new Failure('usage', why, 'name it with --config DIR', { cause: error })
    }
    throw fileFailure(error, `cannot list ${folder}`)
  }
}
