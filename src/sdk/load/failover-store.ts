import type { StoreReader } from '../../store/backend-types.ts'
import type { Ref } from '../../store/format/object-ref.ts'
import { type TenfoldError, asDamage } from '../tenfold-error.ts'
import type { VerifiedRelease } from '../../trust/verify-release.ts'
import { type Trust, follows, isLaterWord, verifiedHead } from './verified-head.ts'

interface Found {
  readonly store: StoreReader
  readonly bytes: Buffer
  readonly verified: VerifiedRelease
}

/**
 * Several stores that hold the same releases: the later head that verifies wins, and an object is read where there is
 * one. A store that is down, behind or lies costs a warning, as long as another one answers.
 */
export class FailoverStore implements StoreReader {
  readonly url: string
  readonly #stores: readonly StoreReader[]
  readonly #trust: Trust
  /** What each has offered last, so that the same bytes are verified once. */
  readonly #known = new Map<StoreReader, Found>()
  /** The order in which objects are asked for: where the last head was, first. */
  #order: readonly StoreReader[]
  #problems: TenfoldError[] = []

  constructor(stores: readonly StoreReader[], trust: Trust) {
    this.#stores = stores
    this.#order = stores
    this.#trust = trust
    this.url = stores.map(({ url }) => url).join(', ')
  }

  async head(): Promise<Buffer> {
    const results = await Promise.allSettled(this.#stores.map((store) => this.#ask(store)))
    let best: Found | undefined
    let failure: unknown
    const problems: TenfoldError[] = []
    for (const [i, result] of results.entries()) {
      const what = `the store ${this.#stores[i]?.url ?? ''}`
      if (result.status === 'rejected') {
        failure ??= result.reason
        problems.push(asDamage(result.reason, what))
        continue
      }
      try {
        if (best === undefined || isAfter(result.value, best)) best = result.value
      } catch (error) {
        problems.push(asDamage(error, what))
      }
    }
    if (best === undefined) throw failure
    this.#problems = problems
    const { store } = best
    this.#order = [store, ...this.#stores.filter((other) => other !== store)]
    return best.bytes
  }

  read(ref: Ref): Promise<Buffer> {
    return this.#first((store) => store.read(ref))
  }

  peek(ref: Ref): Promise<Buffer> {
    return this.#first((store) => (store.peek === undefined ? store.read(ref) : store.peek(ref)))
  }

  interrupt(): void {
    for (const store of this.#stores) store.interrupt?.()
  }

  /** Returns what was wrong with some of the stores at the last poll, once. */
  takeProblems(): readonly TenfoldError[] {
    const problems = this.#problems
    this.#problems = []
    return problems
  }

  async #ask(store: StoreReader): Promise<Found> {
    const bytes = await store.head()
    const known = this.#known.get(store)
    if (known?.bytes.equals(bytes) === true) return known
    const found = { store, bytes, verified: await verifiedHead(bytes, store, this.#trust) }
    this.#known.set(store, found)
    return found
  }

  async #first<T>(ask: (store: StoreReader) => Promise<T>): Promise<T> {
    let failure: unknown
    for (const store of this.#order) {
      try {
        return await ask(store)
      } catch (error) {
        failure ??= error
      }
    }
    throw failure
  }
}

/** Whether a head is the later one of two. @throws {TenfoldError} when they contradict each other. */
function isAfter({ verified: next }: Found, { verified: present }: Found): boolean {
  const [a, b] = [present, next]
  if (b.epoch !== a.epoch) return b.epoch > a.epoch
  if (b.release.seq !== a.release.seq) return b.release.seq > a.release.seq
  return follows(b, a) || (isLaterWord(b, a) && !isLaterWord(a, b))
}
