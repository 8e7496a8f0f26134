import type { GitBranch } from '../../git/branch/branch.ts'
import { type Ref, hexOf, lengthOf, matches, pathOf } from '../format/object.ts'
import { MAX_HEAD_BYTES, readHead } from '../format/manifest.ts'
import { Malformed } from '../format/decode.ts'
import { Failure } from '../../base/failure.ts'
import { type ListedFile, filesOf } from '../../git/branch/commit.ts'
import { damaged } from './file.ts'
import { type Past, readPast } from './git-history.ts'

/** The commit that a store's branch is at, whole and in our own repository. */
export class Tip {
  readonly commit: string
  readonly head: Uint8Array
  readonly files: ReadonlyMap<string, ListedFile>
  readonly past: readonly Past[]
  readonly #branch: GitBranch
  readonly #url: string

  /** @throws {Failure} when the commit holds something else than a store. */
  static async read(branch: GitBranch, commit: string, url: string): Promise<Tip> {
    const files = await filesOf(branch, commit)
    const id = files.get('head.json')?.id
    if (id === undefined) throw foreign(url, 'it has no head.json')
    const found = await branch.objects.read(id, (size) => size <= MAX_HEAD_BYTES)
    if (typeof found === 'string') throw foreign(url, `its head.json is not a file of at most ${MAX_HEAD_BYTES} bytes`)
    const head = found.bytes
    try {
      readHead(head)
    } catch (error) {
      if (error instanceof Malformed) throw foreign(url, error.message)
      throw error
    }
    const message = await branch.run('show', '-s', '--format=%B', commit)
    return new Tip(branch, url, commit, head, files, readPast(message))
  }

  private constructor(
    branch: GitBranch,
    url: string,
    commit: string,
    head: Uint8Array,
    files: Tip['files'],
    past: readonly Past[],
  ) {
    this.#branch = branch
    this.#url = url
    this.commit = commit
    this.head = head
    this.files = files
    this.past = past
  }

  has(ref: Ref): boolean {
    return this.files.get(pathOf(ref))?.size === lengthOf(ref)
  }

  /** @throws {Failure} when the object is absent or is not what its name says. */
  async object(ref: Ref): Promise<Uint8Array> {
    const file = this.files.get(pathOf(ref))
    if (file === undefined) throw damaged(this.#url, `object ${hexOf(ref)} is missing`)
    const found = await this.#branch.objects.read(file.id, (size) => size === lengthOf(ref))
    if (typeof found === 'string' || !matches(ref, found.bytes)) {
      throw damaged(this.#url, `object ${hexOf(ref)} is not what its name says`)
    }
    return found.bytes
  }
}

/** A branch that is somebody's work is never replaced. */
function foreign(url: string, why: string): Failure {
  return new Failure(
    'world',
    `the branch of ${url} is not a store: ${why}`,
    'name a branch that is for the store alone; one that does not exist yet is made',
  )
}
