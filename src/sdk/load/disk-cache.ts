import { resolve } from 'node:path'
import { type Ref, hexOf, pathOf } from '../../store/format/object-ref.ts'
import { verifiedHead, follows, isLaterWord, type Trust } from './verified-head.ts'
import type { VerifiedRelease } from '../../trust/verify-release.ts'
import type { CurrentRelease } from '../current-release.ts'
import { TenfoldError, asDamage } from '../tenfold-error.ts'
import { objectsIn, prune, write } from './cache-folder.ts'
import { KeptPacks } from './kept-packs.ts'
import type { Lazy } from './load-release.ts'
import type { LoadedContent } from './loaded-content.ts'
import type { StoreReader } from '../../store/backend-types.ts'
import { FileReader } from '../../store/backends/file-reader.ts'
import { codeOf } from '../../base/failure.ts'

/** How often the folder is checked for missing objects and for those that nothing needs. */
const TIDY_EVERY_MS = 3_600_000
/** How long until a folder that cannot be written is tried again. */
const RETRY_MS = 60_000

/** What is kept of the release that answers. */
type KeptRelease = Pick<CurrentRelease, 'head' | 'release' | 'document' | 'epoch' | 'content' | 'rollout'>

interface Keeping {
  readonly trust: Trust
  readonly now: () => number
  readonly lazy: Lazy | undefined
}

/**
 * The last good release, in a folder of the service's own: a store like any other, which is verified again when it is
 * loaded. A service starts from it when the store cannot be reached, detects by it a release that is older than one it
 * has already seen, and never reads an object twice.
 */
export class Cache implements StoreReader {
  readonly url: string
  readonly folder: string
  /** The kept release, to be read as a store. */
  readonly kept: StoreReader
  readonly #upstream: StoreReader
  readonly #packs = new KeptPacks(this)
  /** A root that was read before it was verified. */
  #peeked: { readonly ref: Ref; readonly bytes: Buffer } | undefined
  #failure: TenfoldError | undefined
  /** When the current release could not be kept. */
  #owedAt: number | undefined
  #tidiedAt: number | undefined
  /** Whether the folder was not tidied at the start. */
  #postponed = false

  constructor(folder: string, upstream: StoreReader) {
    this.folder = resolve(folder)
    this.kept = new FileReader(this.folder, `file:${folder}`)
    this.#upstream = upstream
    this.url = upstream.url
  }

  head(): Promise<Buffer> {
    return this.#upstream.head()
  }

  async read(ref: Ref): Promise<Buffer> {
    const kept = await this.#keptObject(ref)
    if (kept !== undefined) return kept
    const bytes = this.#peeked?.ref === ref ? this.#peeked.bytes : await this.#upstream.read(ref)
    await this.#write(pathOf(ref), bytes)
    return bytes
  }

  /** Not written to disk: otherwise anyone who can write to the store could fill this disk. */
  async peek(ref: Ref): Promise<Buffer> {
    const kept = await this.#keptObject(ref)
    if (kept !== undefined) return kept
    const bytes = await this.#upstream.read(ref)
    this.#peeked = { ref, bytes }
    return bytes
  }

  interrupt(): void {
    this.#upstream.interrupt?.()
  }

  /** Returns the kept release as a store of its own, which reads from the origin any object that is damaged here. */
  asKept(): StoreReader {
    const { url } = this.kept
    return { url, head: () => this.kept.head(), read: (ref) => this.read(ref), peek: (ref) => this.peek(ref) }
  }

  /** Whether it is time to retry keeping a release, or to tidy the folder. */
  owes(now: number): boolean {
    if (this.#owedAt !== undefined) return Math.abs(now - this.#owedAt) >= RETRY_MS
    return this.#postponed || this.#failure !== undefined
  }

  /**
   * Keeps a release that answers now: its objects first, the head last, so that the kept release is complete. A failure
   * is returned and does not affect the service, which goes on without.
   *
   * @param isStart whether the caller is waiting for the first answer.
   */
  async keep(next: KeptRelease, { trust, now, lazy }: Keeping, isStart = false): Promise<TenfoldError | undefined> {
    const earlier = this.takeFailure() ?? this.#owedAt
    const packs = lazy === undefined ? next.release.packs : null
    const kept = await this.#compared(next, trust)
    // What was in the packs of the kept release is perhaps nowhere else.
    const isRepacked = lazy === undefined && kept.packs !== (isStart ? (kept.packs ?? packs) : packs)
    // A lazy start reads little, while the kept objects may be many; and what packs hold takes long to list.
    this.#postponed = isStart && (lazy !== undefined || packs !== null)
    const isDue = !this.#postponed && isOver(TIDY_EVERY_MS, this.#tidiedAt, now())
    this.#owedAt = undefined
    if (kept.is === 'later') return undefined
    const isWanted = earlier !== undefined || isDue || isRepacked
    const needed = isWanted ? await this.#needed(next, packs) : undefined
    // Without its root, the kept head proves nothing.
    if (next.release.trust !== null) await this.#fetch(next.release.trust)
    if (needed !== undefined && this.#failure === undefined) await this.#complete(needed)
    this.#peeked = undefined
    if (this.#failure === undefined && kept.is !== 'same') await this.#write('head.json', next.head.bytes, true)
    if (this.#failure !== undefined) this.#owedAt = now()
    else if (needed !== undefined) {
      this.#tidiedAt = now()
      await this.#tidy(needed, contentsOf(next))
    }
    return this.takeFailure()
  }

  takeFailure(): TenfoldError | undefined {
    const failure = this.#failure
    this.#failure = undefined
    return failure
  }

  async #keptObject(ref: Ref): Promise<Buffer | undefined> {
    try {
      return await this.kept.read(ref)
    } catch {
      // If missing or damaged, it is read from the origin.
      return undefined
    }
  }

  /** Compares the kept release, perhaps another process's, with a release. One that cannot be verified is ignored. */
  async #compared(next: VerifiedRelease, trust: Trust): Promise<Compared> {
    let packs: Compared['packs']
    try {
      const head = await this.kept.head()
      if (head.equals(next.head.bytes)) return { is: 'same', packs: next.release.packs }
      const kept = await verifiedHead(head, this.kept, trust, next)
      packs = kept.release.packs
      return { is: follows(kept, next) || !isLaterWord(next, kept) ? 'later' : 'older', packs }
    } catch {
      return { is: 'older', packs }
    }
  }

  /** Collects everything that a release needs to answer, by name: packs in place of what they hold. */
  async #needed(next: KeptRelease, packs: Ref | null): Promise<Map<string, Ref>> {
    const needed = await refsOf(next)
    if (packs !== null) await this.#packs.replaceIn(needed, packs, await this.#there())
    return needed
  }

  /** Returns the names of the objects in the folder, whole or not. */
  async #there(): Promise<ReadonlySet<string>> {
    return new Set((await objectsIn(this.folder)).map(({ name }) => name))
  }

  /** Fetches missing objects, up to the first failure. */
  async #complete(wanted: ReadonlyMap<string, Ref>): Promise<void> {
    const there = await this.#there()
    for (const [name, ref] of wanted) {
      if (there.has(name)) continue
      await this.#fetch(ref)
      if (this.#failure !== undefined) return
    }
  }

  /** Removes objects that neither the current answers need nor the release contains. */
  async #tidy(needed: Map<string, Ref>, contents: readonly LoadedContent[]): Promise<void> {
    try {
      const there = await this.#there()
      const kept = async (ref: Ref): Promise<Buffer | undefined> => {
        return there.has(hexOf(ref)) ? this.#keptObject(ref) : undefined
      }
      for (const { accounts } of contents) {
        for await (const ref of accounts.worthKeeping(kept)) if (there.has(hexOf(ref))) needed.set(hexOf(ref), ref)
      }
      await prune(this.folder, needed, TIDY_EVERY_MS)
    } catch (error) {
      this.#fail('cannot tidy', codeOf(error) || 'unknown error', error)
    }
  }

  async #fetch(ref: Ref): Promise<void> {
    try {
      await this.read(ref)
    } catch (error) {
      this.#fail(`cannot keep ${pathOf(ref)} in`, asDamage(error, this.url).code, error)
    }
  }

  async #write(path: string, bytes: Uint8Array, isLast = false): Promise<void> {
    try {
      await write(this.folder, path, bytes, isLast)
    } catch (error) {
      this.#fail(`cannot keep ${path} in`, codeOf(error) || 'unknown error', error)
    }
  }

  #fail(what: string, why: string, cause: unknown): void {
    this.#failure ??= new TenfoldError('cache_failed', `${what} ${this.folder}: ${why}`, { cause })
  }
}

interface Compared {
  readonly is: 'later' | 'same' | 'older'
  /** The list of packs of the kept release; undefined if there is none that can be read. */
  readonly packs: Ref | null | undefined
}

function isOver(ms: number, since: number | undefined, now: number): boolean {
  return since === undefined || Math.abs(now - since) >= ms
}

/** Collects the objects that a release needs to answer, by name. */
async function refsOf(next: KeptRelease): Promise<Map<string, Ref>> {
  const found = new Map<string, Ref>()
  const { trust, secrets } = next.release
  for (const ref of [trust, secrets]) if (ref !== null) found.set(hexOf(ref), ref)
  for (const { root, globals, accounts } of contentsOf(next)) {
    for (const ref of [root, globals.ref, ...globals.texts.keys()]) found.set(hexOf(ref), ref)
    for await (const ref of accounts.needed()) found.set(hexOf(ref), ref)
  }
  return found
}

/** Returns the stable content, and that of a candidate. */
function contentsOf({ content, rollout }: KeptRelease): LoadedContent[] {
  return rollout === undefined ? [content] : [content, rollout.content]
}
