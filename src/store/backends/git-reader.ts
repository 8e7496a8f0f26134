import { type Failure, StoreFailure, codeOf } from '../../base/failure.ts'
import { quote } from '../../base/quote-name.ts'
import { messageOf } from '../../base/describe-thrown.ts'
import type { GitBranch } from '../../git/branch/fetched-branch.ts'
import { type GitPlace, masked } from '../../git/parse-git-url.ts'
import { type StoreReader, damaged } from '../backend-types.ts'
import { type Ref, hexOf, lengthOf, pathOf } from '../format/object-ref.ts'
import { MAX_HEAD_BYTES } from '../format/release-manifest.ts'
import { type Found, headIn, objectIn } from './check-found-object.ts'

/** How a branch is reached: a service and a command have different rights to run git, and different messages. */
export interface GitAccess {
  /** Opens the branch, with a folder to fetch it into; called on the first request, and again after a failure. */
  open(): Promise<GitBranch>
  /** Fetches the branch, and returns its current commit. */
  fetch(branch: GitBranch): Promise<string | undefined>
  /** Builds the error for a failure to read from, or publish to, the store at the URL. */
  failure(error: unknown, verb: Verb, url: string, branch: GitBranch | undefined): Failure
}

type Verb = 'read' | 'publish to'

/** The number of commits that a reader may still be reading from. */
const TIPS = 3

/** Reads a store on a branch, `git:REMOTE#BRANCH`. */
export class GitReader implements StoreReader {
  /** Without credentials. */
  readonly url: string
  readonly #access: GitAccess
  #branch: Promise<GitBranch> | undefined
  /** The commits that the branch has been at, newest first. */
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

  /** Fetches the branch and returns its current commit; undefined if there is no such branch. */
  async fetch(): Promise<string | undefined> {
    return this.during('read', (branch) => this.#access.fetch(branch))
  }

  async headAt(commit: string): Promise<Found> {
    return this.during('read', (branch) => blobAt(branch, `${commit}:head.json`, (size) => size <= MAX_HEAD_BYTES))
  }

  /** Returns an object as it is in one commit. @throws {StoreFailure} as `read`. */
  async readAt(commit: string, ref: Ref): Promise<Buffer> {
    return objectIn(await this.#findAt(commit, ref), this.url, ref)
  }

  /** Runs an operation on the branch. @throws {Failure} for any error in it. */
  async during<T>(verb: Verb, work: (branch: GitBranch) => Promise<T>): Promise<T> {
    let branch: GitBranch | undefined
    try {
      this.#branch ??= this.#access.open()
      branch = await this.#branch
      return await work(branch)
    } catch (error) {
      // The next request starts anew.
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
 * Creates the reader of a service, which uses the installed git and no package. Without a folder for its cache, one is
 * created and removed again with the process.
 */
export function gitReader(place: GitPlace, cacheDir?: string): GitReader {
  // A daemon may change its working directory later, and a failure opens the branch anew.
  let folder: string | undefined
  return new GitReader(place, {
    async open() {
      // The module that runs git is loaded only when needed: every other start would have to wait for it.
      const { openBranch } = await import('./git-branch.ts')
      folder ??= process.cwd()
      return openBranch(place, cacheDir, folder)
    },
    fetch: (branch) => branch.fetch(),
    // The cause would reveal what the message hides.
    failure: (error, verb, url) => new StoreFailure('unreadable', `cannot ${verb} ${url}: ${reasonOf(error)}`),
  })
}

async function blobAt({ objects }: GitBranch, name: string, fits: (size: number) => boolean): Promise<Found> {
  const found = await objects.read(name, fits)
  if (typeof found === 'string') return found
  return found.type === 'blob' ? found.bytes : 'unfit'
}

/** Returns the line in which git reports the reason, or the system's error. */
function reasonOf(error: unknown): string {
  if (codeOf(error) === 'ENOENT') return 'there is no git here'
  const lines = messageOf(error)
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '')
  const line = lines.find((one) => /^(fatal|error|remote): /.test(one)) ?? lines[0] ?? 'git failed'
  return quote(masked(line.replace(/^(fatal|error|remote): /, '')))
}
