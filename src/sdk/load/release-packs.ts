import type { StoreReader } from '../../store/backend-types.ts'
import { type Ref, hexOf, toObject } from '../../store/format/object-ref.ts'
import { objectsOfPack, readPackList } from '../../store/format/pack.ts'
import { TenfoldError, asDamage } from '../tenfold-error.ts'

/** Reports what does not keep a release from answering. */
export type Warn = (error: TenfoldError) => void

/** The most bytes of packed objects that are set aside because nothing has asked for them yet. */
const MAX_ASIDE = 64 << 20

/**
 * The packs of a release, read one after another, the next one while this one is checked. An object is looked up by the
 * digest of its bytes, so that a pack proves nothing and spoils nothing: what no pack has is read singly, and a pack that
 * is missing or damaged costs a warning and single reads.
 */
export class Packs {
  /** All that the list names. */
  readonly listed: readonly Ref[]
  /** Those of them that are new. */
  readonly refs: readonly Ref[]
  readonly #store: StoreReader
  readonly #warn: Warn
  readonly #aside = new Map<Ref, Buffer>()
  #asideBytes = 0

  /** Opens the list of packs, without those that a former release had already; undefined where it cannot be read. */
  static async open(store: StoreReader, list: Ref, known: readonly Ref[], warn: Warn): Promise<Packs | undefined> {
    try {
      return new Packs(store, warn, readPackList(await store.read(list)), known)
    } catch (error) {
      warn(unusable(`the list of packs of ${store.url}`, error))
      return undefined
    }
  }

  private constructor(store: StoreReader, warn: Warn, listed: readonly Ref[], known: readonly Ref[]) {
    this.#store = store
    this.#warn = warn
    this.listed = listed
    this.refs = listed.filter((ref) => !known.includes(ref))
  }

  /** Returns an object that a pack had, or else reads it singly. */
  async read(ref: Ref): Promise<Buffer> {
    return this.#aside.get(ref) ?? this.#store.read(ref)
  }

  /** Sets a copy of an object aside, in case something asks for it yet. */
  setAside(ref: Ref, bytes: Buffer): void {
    this.#asideBytes += bytes.length
    if (this.#asideBytes <= MAX_ASIDE) this.#aside.set(ref, Buffer.from(bytes))
  }

  /** Yields the objects of the packs, each with the name that its bytes have, one pack after another. */
  async *objects(packs: readonly Ref[] = this.refs): AsyncGenerator<{ readonly ref: Ref; readonly bytes: Buffer }> {
    let next = this.#fetch(packs[0])
    for (const [i, ref] of packs.entries()) {
      const pack = await next
      next = this.#fetch(packs[i + 1])
      if (pack === undefined) continue
      try {
        for (const bytes of objectsOfPack(pack)) yield { ref: toObject(bytes).ref, bytes }
      } catch (error) {
        this.#warn(unusable(`the pack ${hexOf(ref)} of ${this.#store.url}`, error))
      }
    }
  }

  async #fetch(ref: Ref | undefined): Promise<Buffer | undefined> {
    if (ref === undefined) return undefined
    try {
      return await this.#store.read(ref)
    } catch (error) {
      this.#warn(unusable(`a pack of ${this.#store.url}`, error))
      return undefined
    }
  }
}

function unusable(what: string, error: unknown): TenfoldError {
  const { message } = asDamage(error, what)
  return new TenfoldError('pack_unusable', `${what} is of no use, and its objects are read one by one: ${message}`, {
    cause: error,
  })
}
