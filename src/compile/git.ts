import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, relative, sep } from 'node:path'
import { GitError, type SimpleGit, simpleGit } from 'simple-git'
import { Failure } from './failure.ts'
import { MAX_FILE_BYTES } from './parse.ts'
import { type Content, type Found, type Located, type Tree, looksLikeFile, toTree } from './read.ts'

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
}

/** What git says of the working tree's configuration. */
export async function factsOfWorkingTree({ git, prefix }: Repository): Promise<Facts> {
  try {
    const head = await git.revparse(['HEAD'])
    const date = await dateOf(git, head)
    const path = prefix === '' ? '.' : prefix
    const [status, known] = await Promise.all([
      git.raw(['status', '--porcelain', '-z', '--untracked-files=all', '--ignored=matching', '--', path]),
      prefix === '' ? true : git.revparse([`HEAD:${prefix}`]).then(() => true, () => false),
    ])
    return { commit: isClean(status, prefix) && known ? head : null, date }
  } catch (error) {
    if (error instanceof GitError) return { commit: null, date: undefined }
    throw error
  }
}

/** What git ignores is read like any other file, so it counts too, unless it is a dotfile, which nobody reads. */
function isClean(status: string, prefix: string): boolean {
  const isDotfile = (path: string): boolean => path.slice(prefix.length).split('/').some((part) => part.startsWith('.'))
  return status.split('\0').every((entry) => entry === '' || (entry.startsWith('!! ') && isDotfile(entry.slice(3))))
}

export async function factsOfCommit({ git }: Repository, commit: string): Promise<Facts> {
  return { commit, date: await dateOf(git, commit) }
}

async function dateOf(git: SimpleGit, commit: string): Promise<string> {
  const seconds = Number(await git.raw(['show', '-s', '--format=%ct', commit]))
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}

/** A commit from before there was any configuration, or of another folder. */
export class NoFolderThen extends Failure {}

/** The configuration's files at a commit. @throws {NoFolderThen} when the commit has no such folder. */
export async function readRevision({ git, prefix }: Repository, commit: string): Promise<Tree> {
  const tree = prefix === '' ? commit : `${commit}:${prefix}`
  let listing: string
  try {
    listing = await git.raw(['ls-tree', '-r', '-z', tree])
  } catch (error) {
    throw new NoFolderThen('usage', `there is no ${prefix} at ${commit.slice(0, 12)}`, 'name the folder with --config DIR', { cause: error })
  }
  const found = new Map<string, Found>()
  for (const line of listing.split('\0')) {
    const match = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line)
    const [, mode, blob, path] = match ?? []
    if (mode === undefined || path === undefined || blob === undefined) continue
    const parts = path.split('/')
    if (parts.some((part) => part.startsWith('.'))) continue
    const folder = parts.slice(0, -1).findIndex(looksLikeFile)
    const at = folder < 0 ? path : parts.slice(0, folder + 1).join('/')
    const is = folder >= 0 ? 'folder' : mode === '120000' ? 'link' : mode.startsWith('100') ? 'file' : 'other'
    found.set(at, is === 'file' ? { path: at, is, blob } : { path: at, is })
  }
  return toTree([...found.values()])
}

/** The contents of many blobs, in the order asked for, through one process. */
export async function* readBlobs<F extends Located>(repository: Repository, files: readonly F[]): AsyncGenerator<[F, Content]> {
  if (files.length === 0) return
  const child = spawn('git', ['cat-file', '--batch', '--buffer'], { cwd: repository.top, stdio: ['pipe', 'pipe', 'ignore'] })
  child.stdin.on('error', () => {})
  child.stdin.end(files.map(({ blob }) => `${blob}\n`).join(''))
  const reader = new ChunkReader(child.stdout)
  try {
    for (const file of files) {
      const header = await reader.line()
      const size = Number(/ blob (\d+)$/.exec(header)?.[1])
      if (Number.isNaN(size)) {
        throw new Failure('world', `git has no content for ${file.path}`, 'fetch the whole history (no partial clone) and run it again')
      }
      if (size > MAX_FILE_BYTES) {
        await reader.skip(size + 1)
        yield [file, 'too-large']
      } else yield [file, (await reader.take(size + 1)).subarray(0, size)]
    }
  } finally {
    child.kill()
  }
}

/** Lines and byte counts out of a stream, without copying what is not asked for yet. */
class ChunkReader {
  readonly #chunks: AsyncIterator<Buffer>
  #buffer: Buffer = Buffer.alloc(0)

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#buffer.indexOf(10)
      if (end >= 0) {
        const line = this.#buffer.toString('utf8', 0, end)
        this.#buffer = this.#buffer.subarray(end + 1)
        return line
      }
      if (!(await this.#more())) return ''
    }
  }

  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = []
    let missing = length
    while (missing > 0) {
      if (this.#buffer.length === 0 && !(await this.#more())) break
      const part = this.#buffer.subarray(0, missing)
      parts.push(part)
      missing -= part.length
      this.#buffer = this.#buffer.subarray(part.length)
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
  }

  /** Passes over bytes without keeping them. */
  async skip(length: number): Promise<void> {
    let missing = length
    while (missing > 0 && (this.#buffer.length > 0 || (await this.#more()))) {
      const passed = Math.min(missing, this.#buffer.length)
      missing -= passed
      this.#buffer = this.#buffer.subarray(passed)
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next()
    if (next.done === true) return false
    this.#buffer = this.#buffer.length === 0 ? next.value : Buffer.concat([this.#buffer, next.value])
    return true
  }
}
