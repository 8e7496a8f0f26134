import { randomBytes } from 'node:crypto'
import type { GitObjects } from '../objects/cat-file.ts'
import type { GitBranch } from './fetched-branch.ts'

/** A file in a commit: its content, the blob that is there already, or null where it is removed. */
export interface CommitFile {
  readonly path: string
  readonly mode: string
  readonly is: Uint8Array | string | null
}

export interface NewCommit {
  readonly message: string
  /** `Name <email>` */
  readonly who: string
  /** The commit to change; without one, the files are all that there is. */
  readonly parent?: string
  readonly files: readonly CommitFile[]
}

/** What a commit is made with: git in the repository that is to have it. */
export interface CommitMaker {
  run(...args: readonly string[]): Promise<string>
  feed(input: Buffer, ...args: readonly string[]): Promise<string>
}

/**
 * Makes a commit by `git fast-import`: all new contents and the whole tree through one process, into one pack, without
 * an index or a working tree. No ref holds it once it is made: a push takes it by its id.
 */
export async function makeCommit(branch: CommitMaker, commit: NewCommit): Promise<string> {
  const ref = `refs/made/${randomBytes(6).toString('hex')}`
  const stream = importStream(ref, commit, new Date())
  const id = (await branch.feed(stream, 'fast-import', '--quiet', '--done', '--date-format=raw')).trim()
  await branch.run('update-ref', '-d', ref)
  return id
}

/** Whether two commits change the same into the same, with the same words: they differ by their time alone. */
export async function isSameCommit(objects: GitObjects, a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([objects.read(a), objects.read(b)])
  if (typeof one === 'string' || typeof other === 'string') return false
  return withoutTimes(one.bytes) === withoutTimes(other.bytes)
}

function withoutTimes(commit: Buffer): string {
  return commit.toString('utf8').replace(/^(author|committer) .*$/gm, '')
}

function importStream(ref: string, { message, who, parent, files }: NewCommit, now: Date): Buffer {
  const parts: (string | Uint8Array)[] = []
  const data = (bytes: Uint8Array): void => void parts.push(`data ${bytes.length}\n`, bytes, '\n')
  parts.push(`commit ${ref}\nmark :1\ncommitter ${who} ${Math.floor(now.getTime() / 1000)} +0000\n`)
  data(Buffer.from(message))
  if (parent !== undefined) parts.push(`from ${parent}\n`)
  for (const { path, mode, is } of files) {
    if (is === null) parts.push(`D ${quoted(path)}\n`)
    else parts.push(`M ${mode} ${typeof is === 'string' ? is : 'inline'} ${quoted(path)}\n`)
    if (is !== null && typeof is !== 'string') data(is)
  }
  parts.push('get-mark :1\ndone\n')
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
}

function quoted(path: string): string {
  return /["\n\\]/.test(path) ? `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"` : path
}

/** A file as listed in a commit. */
export interface ListedFile {
  readonly mode: string
  readonly id: string
  /** Undefined for what is not a file. */
  readonly size: number | undefined
}

/** Lists every file of a fetched commit, by its path. */
export async function filesOf(branch: GitBranch, commit: string): Promise<Map<string, ListedFile>> {
  const files = new Map<string, ListedFile>()
  // With `-l`, sizes are known without reading anything.
  for (const line of (await branch.run('ls-tree', '-r', '-l', '-z', commit)).split('\0')) {
    const [, mode, id, size, path] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line) ?? []
    if (mode === undefined || id === undefined || path === undefined) continue
    files.set(path, { mode, id, size: size === '-' ? undefined : Number(size) })
  }
  return files
}
