import { Malformed } from '../format/decode-json.ts'
import type { GitPlace } from '../../git/parse-git-url.ts'
import { type Ref, type StoredObject, hexOf, pathOf } from '../format/object-ref.ts'
import { readHead } from '../format/release-manifest.ts'
import { Failure } from '../../base/failure.ts'
import { blobId } from '../../git/objects/blob-id.ts'
import { type CommitFile, makeCommit } from '../../git/branch/make-commit.ts'
import { PATIENCE } from '../../git/git-failure.ts'
import { push } from '../../git/branch/push-branch.ts'
import { reach } from '../reachable-objects.ts'
import { type Backend, type Published, type Update, damaged } from '../backend-types.ts'
import { sameBytes } from '../../base/durable-files.ts'
import { type Past, commitMessage, isObjectPath, pastOf } from './git-commit-message.ts'
import { headIn } from './check-found-object.ts'
import { GitReader } from './git-reader.ts'
import { commandAccess } from './git-remote.ts'
import { Tip } from './git-tip.ts'

export interface GitBackendOptions {
  /** The folder whose repository's remotes and settings apply. */
  readonly folder?: string
  /** Where our own repositories are; by default in a folder of this machine's own. */
  readonly cache?: string
  /** How many past releases can still be read, at least. */
  readonly keep?: number
  /** Milliseconds between attempts. */
  readonly pauses?: readonly number[]
}

/**
 * A store on a branch of its own. Its one commit has no parents and is replaced by each release, so the branch does not
 * grow; the push names the commit that it replaces, and the remote compares and swaps. The objects of recent releases
 * stay, for services that are still reading them.
 */
export class GitBackend implements Backend {
  /** A branch is fetched whole. */
  readonly takesPacks = false
  /** Without credentials. */
  readonly url: string
  readonly #keep: number
  readonly #pauses: readonly number[]
  readonly #reader: GitReader
  /** The tip that this backend last saw; `null` when there was no branch. */
  #tip: Tip | null | undefined

  constructor(place: GitPlace, options: GitBackendOptions = {}) {
    const { folder = process.cwd(), cache, keep = 5, pauses = PATIENCE } = options
    this.#keep = keep
    this.#pauses = pauses
    this.#reader = new GitReader(place, commandAccess(place, folder, cache, pauses))
    this.url = this.#reader.url
  }

  async head(): Promise<Buffer> {
    const tip = await this.#poll()
    return headIn(tip?.head ?? 'absent', this.url, 'it has no such branch')
  }

  async has(ref: Ref): Promise<boolean> {
    return (await this.#seen())?.has(ref) === true
  }

  async read(ref: Ref): Promise<Buffer> {
    return this.#readAt(await this.#seen(), ref)
  }

  async publish({ objects, expected, head }: Update): Promise<Published> {
    const wanted = new Map<Ref, StoredObject>()
    for (const object of objects) wanted.set(object.ref, object)
    // If this is no longer the newest, the push will fail and report it.
    let tip = await this.#seen()
    if (!sameBytes(tip?.head, expected)) tip = await this.#poll()
    if (!sameBytes(tip?.head, expected)) return { done: false }
    const fresh = [...wanted.values()].filter(({ ref, bytes }) => tip?.files.get(pathOf(ref))?.id !== blobId(bytes))
    const { release } = readHead(Buffer.from(head))
    const { pruned, remembered } = await this.#prune([pastOf(release), ...(tip?.past ?? [])], tip, wanted)
    const files: CommitFile[] = [{ path: 'head.json', mode: '100644', is: Buffer.from(head) }]
    for (const { ref, bytes } of fresh) files.push({ path: pathOf(ref), mode: '100644', is: bytes })
    const replaced = new Set(files.map(({ path }) => path))
    for (const [path, { mode, id }] of tip?.files ?? []) {
      if (!replaced.has(path) && !(isObjectPath(path) && pruned(path))) files.push({ path, mode, is: id })
    }
    const done = await this.#reader.during('publish to', async (branch) => {
      const commit = await makeCommit(branch, { message: commitMessage(release, remembered), who: WHO, files })
      return push(branch, commit, tip?.commit, this.#pauses)
    })
    this.#tip = undefined
    if (!done) return { done }
    return { done, written: fresh.length, reused: wanted.size - fresh.length, bytes: sum(fresh) }
  }

  /** Returns the tip that this backend knows, or else fetches the current one. */
  async #seen(): Promise<Tip | undefined> {
    return this.#tip === undefined ? this.#poll() : (this.#tip ?? undefined)
  }

  async #poll(): Promise<Tip | undefined> {
    const commit = await this.#reader.fetch()
    if (commit === undefined) this.#tip = null
    else if (this.#tip?.commit !== commit) {
      this.#tip = await this.#reader.during('read', (branch) => Tip.read(this.#reader, branch, commit))
    }
    return this.#tip ?? undefined
  }

  async #readAt(tip: Tip | undefined, ref: Ref): Promise<Buffer> {
    if (tip?.files.has(pathOf(ref)) === true) return this.#reader.readAt(tip.commit, ref)
    throw damaged(this.url, `object ${hexOf(ref)} is missing`)
  }

  /**
   * Returns the objects that no release needs but that may still be read. It searches only at every Nth release,
   * because that takes reading the whole account tree; in between, all objects stay.
   */
  async #prune(past: readonly Past[], tip: Tip | undefined, wanted: ReadonlyMap<Ref, StoredObject>): Promise<Pruning> {
    const everything: Pruning = { pruned: () => false, remembered: past.slice(0, 2 * this.#keep) }
    if (tip === undefined || past.length <= 2 * this.#keep) return everything
    const remembered = past.slice(0, this.#keep + 1)
    const reached = new Set<Ref>()
    try {
      for (const release of remembered) {
        await reach(release, async (ref) => wanted.get(ref)?.bytes ?? (await this.#readAt(tip, ref)), reached)
      }
    } catch (error) {
      if (!(error instanceof Failure) && !(error instanceof Malformed)) throw error
      // What a damaged release needs is unknown, so nothing is removed.
      return everything
    }
    // Objects published now are needed even if no walk finds them: the root document is not part of the tree.
    const paths = new Set([...reached, ...wanted.keys()].map(pathOf))
    return { pruned: (path) => !paths.has(path), remembered }
  }
}

/** The author of every commit, no matter which user runs the program: what matters is the signed content. */
const WHO = 'tenfold <tenfold@localhost>'

interface Pruning {
  readonly pruned: (path: string) => boolean
  readonly remembered: readonly Past[]
}

function sum(objects: readonly StoredObject[]): number {
  return objects.reduce((total, { bytes }) => total + bytes.length, 0)
}
