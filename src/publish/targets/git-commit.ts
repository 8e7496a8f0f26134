import { createHash, randomBytes } from 'node:crypto'
import type { GitBranch } from '../../bundle/git/branch.ts'
import { isRef } from '../../bundle/object.ts'
import type { Release } from '../../bundle/release.ts'

/** What a commit remembers of a release, so that its objects can be kept as long as it may be read. */
export type Past = Pick<Release, 'seq' | 'root' | 'secrets'>

export function commitMessage({ environment, seq }: Release, past: readonly Past[]): string {
  const lines = past.map(({ seq: at, root, secrets }) => `Release: ${at} ${root} ${secrets ?? '-'}\n`)
  return `${environment} ${seq}\n\n${lines.join('')}`
}

/** The releases that a commit remembers, the newest first; of a message that is not ours, none. */
export function readPast(message: string): Past[] {
  const past: Past[] = []
  for (const line of message.split('\n')) {
    const [, seq, root, secrets] = /^Release: (\d{1,15}) (\S+) (\S+)$/.exec(line) ?? []
    if (!isRef(root) || (secrets !== '-' && !isRef(secrets))) continue
    past.push({ seq: Number(seq), root, secrets: secrets === '-' ? null : secrets })
  }
  return past
}

/** A file in a commit: what is in it, or which blob is there already. */
export interface CommitFile {
  readonly path: string
  readonly mode: string
  readonly is: Uint8Array | string
}

/** Makes a commit that no ref holds once it is made: a push takes it by its id. */
export async function makeCommit(branch: GitBranch, message: string, files: readonly CommitFile[]): Promise<string> {
  const ref = `refs/made/${randomBytes(6).toString('hex')}`
  const stream = importStream(ref, message, files, new Date())
  const commit = (await branch.feed(stream, 'fast-import', '--quiet', '--done', '--date-format=raw')).trim()
  await branch.run('update-ref', '-d', ref)
  return commit
}

/**
 * The words of `git fast-import` for one commit without parents: all new contents and the whole tree through one
 * process, into one pack, without an index or a working tree.
 */
function importStream(ref: string, message: string, files: readonly CommitFile[], now: Date): Buffer {
  const parts: (string | Uint8Array)[] = []
  const data = (bytes: Uint8Array): void => void parts.push(`data ${bytes.length}\n`, bytes, '\n')
  parts.push(`commit ${ref}\nmark :1\ncommitter tenfold <tenfold@localhost> ${Math.floor(now.getTime() / 1000)} +0000\n`)
  data(Buffer.from(message))
  for (const { path, mode, is } of files) {
    parts.push(`M ${mode} ${typeof is === 'string' ? is : 'inline'} ${quoted(path)}\n`)
    if (typeof is !== 'string') data(is)
  }
  parts.push('get-mark :1\ndone\n')
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
}

function quoted(path: string): string {
  return /["\n\\]/.test(path) ? `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"` : path
}

/** What git calls a blob with this content. */
export function blobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

export function isObjectPath(path: string): boolean {
  return /^objects\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(path)
}
