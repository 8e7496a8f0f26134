import type { GitBranch } from '../../git/branch/branch.ts'
import { type GitPlace, masked, parseGitUrl } from '../../git/url.ts'
import { type Ref, hexOf, lengthOf, matches, pathOf } from '../../store/format/object.ts'
import { MAX_HEAD_BYTES } from '../../store/format/manifest.ts'
import { TenfoldError, messageOf, quote } from '../errors.ts'
import type { Store } from '../store.ts'
import { codeOf } from './file.ts'

/**
 * A store on a branch, `git:REMOTE#BRANCH`, read by the git that is installed. Without a folder for its cache, one is
 * made and taken away again with the process. @throws {TenfoldError} `unsupported_store` when the URL names no branch.
 */
export function gitStore(url: string, cacheDir?: string): Store {
  const place = parseGitUrl(url)
  if (place !== undefined) return new GitStore(place, cacheDir)
  throw new TenfoldError('unsupported_store', `${quote(masked(url))} names no branch; write git:REMOTE#BRANCH`)
}

/** Commits that a reader may still be reading from. */
const TIPS = 3

class GitStore implements Store {
  /** With no credentials in it. */
  readonly url: string
  readonly #place: GitPlace
  readonly #cacheDir: string | undefined
  #branch: Promise<GitBranch> | undefined
  /** The commits that the branch was at, the newest first. */
  #tips: readonly string[] = []

  constructor(place: GitPlace, cacheDir: string | undefined) {
    this.url = masked(`git:${place.remote}#${place.branch}`)
    this.#place = place
    this.#cacheDir = cacheDir
  }

  async head(): Promise<Buffer> {
    const [commit, bytes] = await this.#try(async (branch) => {
      const now = await branch.fetch()
      return [now, now === undefined ? 'absent' : await blobAt(branch, `${now}:head.json`, fitsHead)] as const
    })
    if (commit === undefined) {
      throw new TenfoldError('store_not_found', `there is no store at ${this.url}: it has no such branch`)
    }
    if (bytes === 'absent') {
      throw new TenfoldError('store_not_found', `there is no store at ${this.url}: the branch has no head.json`)
    }
    if (bytes === 'unfit') throw this.#damaged('its head.json is not a file of at most 64 KiB')
    if (commit !== this.#tips[0]) this.#tips = [commit, ...this.#tips].slice(0, TIPS)
    return bytes
  }

  async object(ref: Ref): Promise<Buffer> {
    if (this.#tips.length === 0) await this.head()
    // An old release's object may be gone from the newest commit, but not from the one that it came with.
    for (const tip of this.#tips) {
      const bytes = await this.#try((branch) => {
        return blobAt(branch, `${tip}:${pathOf(ref)}`, (size) => size === lengthOf(ref))
      })
      if (bytes === 'absent') continue
      if (bytes === 'unfit' || !matches(ref, bytes)) {
        throw this.#damaged(`object ${hexOf(ref)} is not what its name says`)
      }
      return bytes
    }
    throw this.#damaged(`object ${hexOf(ref)} is missing`)
  }

  async #try<T>(work: (branch: GitBranch) => Promise<T>): Promise<T> {
    try {
      this.#branch ??= this.#open()
      return await work(await this.#branch)
    } catch (error) {
      // The next look begins anew.
      this.#branch = undefined
      // The cause would show what is hidden from the message.
      throw new TenfoldError('store_unreadable', `cannot read ${this.url}: ${reasonOf(error)}`)
    }
  }

  async #open(): Promise<GitBranch> {
    // What runs git is loaded where there is something to run it for: every other start would wait for it too.
    const { openBranch } = await import('./git-branch.ts')
    return openBranch(this.#place, this.#cacheDir)
  }

  #damaged(why: string): TenfoldError {
    return new TenfoldError('store_damaged', `the store ${this.url} is damaged: ${why}`)
  }
}

type Found = Buffer | 'absent' | 'unfit'

async function blobAt({ objects }: GitBranch, name: string, fits: (size: number) => boolean): Promise<Found> {
  const found = await objects.read(name, fits)
  if (typeof found === 'string') return found
  return found.type === 'blob' ? found.bytes : 'unfit'
}

function fitsHead(size: number): boolean {
  return size <= MAX_HEAD_BYTES
}

/** The line in which git says why, or what the system said. */
function reasonOf(error: unknown): string {
  const message = messageOf(error)
  if (codeOf(error) === 'ENOENT') return 'there is no git here'
  const lines = message.split(/[\r\n]+/).filter((line) => line.trim() !== '')
  const line = lines.find((one) => /^(fatal|error|remote): /.test(one)) ?? lines[0] ?? 'git failed'
  return quote(masked(line.replace(/^(fatal|error|remote): /, '')))
}
