import type { GitBranch } from '../../git/branch/fetched-branch.ts'
import { type Ref, lengthOf, pathOf } from '../format/object-ref.ts'
import { readHead } from '../format/release-manifest.ts'
import { EarlierFormat, Malformed } from '../format/decode-json.ts'
import { Failure } from '../../base/failure.ts'
import { type ListedFile, filesOf } from '../../git/branch/make-commit.ts'
import { type Past, readPast } from './git-commit-message.ts'
import type { GitReader } from './git-reader.ts'

/** The current commit of a store's branch, complete and in our own repository. */
export class Tip {
  readonly commit: string
  readonly head: Buffer
  readonly files: ReadonlyMap<string, ListedFile>
  readonly past: readonly Past[]

  /** @throws {Failure} when the commit holds anything other than a store. */
  static async read(reader: GitReader, branch: GitBranch, commit: string): Promise<Tip> {
    const { url } = reader
    const files = await filesOf(branch, commit)
    const head = files.has('head.json') ? await reader.headAt(commit) : 'absent'
    if (head === 'absent') throw foreign(url, 'it has no head.json')
    if (head === 'unfit') throw foreign(url, 'its head.json is not a file of at most 64 KiB')
    try {
      readHead(head)
    } catch (error) {
      // One of an earlier format is a store, too, and is replaced.
      if (error instanceof EarlierFormat) return new Tip(commit, head, files, [])
      if (error instanceof Malformed) throw foreign(url, error.message)
      throw error
    }
    return new Tip(commit, head, files, readPast(await messageOf(branch, commit)))
  }

  private constructor(commit: string, head: Buffer, files: Tip['files'], past: readonly Past[]) {
    this.commit = commit
    this.head = head
    this.files = files
    this.past = past
  }

  has(ref: Ref): boolean {
    return this.files.get(pathOf(ref))?.size === lengthOf(ref)
  }
}

/** Reads a commit's message from the commit itself: the process that reads objects runs already. */
async function messageOf({ objects }: GitBranch, commit: string): Promise<string> {
  const found = await objects.read(commit)
  const text = typeof found === 'string' ? '' : found.bytes.toString('utf8')
  // An empty line ends what comes before the message.
  return text.slice(text.indexOf('\n\n') + 2)
}

/** Refuses a branch with other content, which is never replaced because it may be someone's work. */
function foreign(url: string, why: string): Failure {
  return new Failure(
    'world',
    `the branch of ${url} is not a store: ${why}`,
    'name a branch that is for the store alone; one that does not exist yet is made',
  )
}
