import { type Failure, StoreFailure, codeOf } from '../../base/failure.ts'
import { quote } from '../../base/quote-name.ts'
import { messageOf } from '../../base/describe-thrown.ts'
import type { GitBranch } from '../../git/branch/fetched-branch.ts'
import { type GitPlace, masked } from '../../git/parse-git-url.ts'
import { type StoreReader, damaged } from '../backend-types.ts'
import { type Ref, hexOf, lengthOf, pathOf } from '../format/object-ref.ts'
import { MAX_HEAD_BYTES } from '../format/release-manifest.ts'
import { type Found, headIn, objectIn } from './check-found-object.ts'

/** How a branch is reached: a service and a command have different rights to run git, and different words. */
export interface GitAccess {
  /** The branch, with a folder to fetch it into; called when the store is first asked, and again after a failure. */
  open(): Promise<GitBranch>
  /** The commit that the branch is at now, fetched. */
  fetch(branch: GitBranch): Promise<string | undefined>
  /** What somebody is told who could not read, or publish to, the store at the URL. */
  failure(error: unknown, verb: Verb, url: string, branch: GitBranch | undefined): Failure
}

type Verb = 'read' | 'publish to'

/** Commits that a reader may still be reading from. */
const TIPS = 3

/** Reads a store on a branch, `git:REMOTE#BRANCH`. */
export class GitReader implements StoreReader {
  /** With no credentials in it. */
  readonly url: string
  readonly #access: GitAccess
  #branch: Promise<GitBranch> | undefined
  /** The commits that the branch was at, the newest first. */
  #tips: readonly string[] = []

  constructor({ remote, branch }: GitPlace, access: GitAccess) {
    this.url = masked(`git:${remote}#${branch}`)
    this.#access = access
  }

  async head(): Promise<Buffer> {
    const commit = await this.fetch()
    const found = commit === undefined ? 'absent' : await this.headAt(commit)
    const bytes = headIn(
      found,
      this.url,
      commit === undefined ? 'it has no such branch' : 'the branch has no head.json',
    )
    if (commit !== undefined && commit !== this.#tips[0]) this.#tips = [commit, ...this.#tips].slice(0, TIPS)
    return bytes
  }

  async read(ref: Ref): Promise<Buffer> {
    if (this.#tips.length === 0) await this.head()
    // An old release's object may be gone from the newest commit, but not from the one that it came with.
    for (const tip of this.#tips) {
      const found = await this.#findAt(tip, ref)
      if (found !== 'absent') return objectIn(found, this.url, ref)
    }
    throw damaged(this.url, `object ${hexOf(ref)} is missing`)
  }

  /** The commit that the branch is at now; undefined where there is no such branch. */
  async fetch(): Promise<string | undefined> {
    return this.during('read', (branch) => this.#access.fetch(branch))
  }

  async headAt(commit: string): Promise<Found> {
    return this.during('read', (branch) => blobAt(branch, `${commit}:head.json`, (size) => size <= MAX_HEAD_BYTES))
  }

  /** An object as it is in one commit. @throws {StoreFailure} as `read`. */
  async readAt(commit: string, ref: Ref): Promise<Buffer> {
    return objectIn(await this.#findAt(commit, ref), this.url, ref)
  }

  /** Does something with the branch. @throws {Failure} for whatever it fails with. */
  async during<T>(verb: Verb, work: (branch: GitBranch) => Promise<T>): Promise<T> {
    let branch: GitBranch | undefined
    try {
      this.#branch ??= this.#access.open()
      branch = await this.#branch
      return await work(branch)
    } catch (error) {
      // Whoever asks next begins anew.
      this.#branch = undefined
      throw this.#access.failure(error, verb, this.url, branch)
    }
  }

  async #findAt(commit: string, ref: Ref): Promise<Found> {
    const name = `${commit}:${pathOf(ref)}`
    return this.during('read', (branch) => blobAt(branch, name, (size) => size === lengthOf(ref)))
  }
}

/**
 * The reader of a service, by the git that is installed and no package. Without a folder for its cache, one is made and
 * removed again with the process.
 */
export function gitReader(place: GitPlace, cacheDir?: string): GitReader {
  return new GitReader(place, {
    async open() {
      // What runs git is loaded where there is something to run it for: every other start would wait for it too.
      const { openBranch } = await import('./git-branch.ts')
      return openBranch(place, cacheDir)
    },
    fetch: (branch) => branch.fetch(),
    // The cause would show what is hidden from the message.
    failure: (error, verb, url) => new StoreFailure('unreadable', `cannot ${verb} ${url}: ${reasonOf(error)}`),
  })
}

async function blobAt({ objects }: GitBranch, name: string, fits: (size: number) => boolean): Promise<Found> {
  const found = await objects.read(name, fits)
  if (typeof found === 'string') return found
  return found.type === 'blob' ? found.bytes : 'unfit'
}

/** The line in which git says why, or what the system said. */
function reasonOf(error: unknown): string {
  if (codeOf(error) === 'ENOENT') return 'there is no git here'
  const lines = messageOf(error)
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '')
  const line = lines.find((one) => /^(fatal|error|remote): /.test(one)) ?? lines[0] ?? 'git failed'
  return quote(masked(line.replace(/^(fatal|error|remote): /, '')))
}
