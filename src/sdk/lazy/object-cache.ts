import { type Ref, lengthOf } from '../../store/format/object-ref.ts'
import { checkNode } from '../../store/format/account-tree.ts'
import { decode } from '../load/load-globals.ts'
import { Lru } from './lru.ts'
import type { StoreReader } from '../../store/backend-types.ts'

/** Twice the nodes of a million accounts. If not all nodes in use fit, each new account would read one. */
const NODE_BYTES = 4 * 1024 * 1024
/** Only small stores tend to have accounts that share a leaf. */
const LEAF_BYTES = 1024 * 1024
/** A text that many accounts refer to is one string as long as one of them was used recently. */
const TEXT_BYTES = 1024 * 1024

/**
 * Recently read objects. They are content-addressed, so releases share them; they are kept as bytes, whose length is
 * known, and parsed on use.
 */
export class ObjectCache {
  readonly nodes = new Objects(NODE_BYTES, checkNode)
  readonly leaves = new Objects(LEAF_BYTES, (bytes) => bytes)
  readonly texts = new Objects(TEXT_BYTES, decode)
  #number = 0

  /** Returns a content id that no line has had before, from 1. */
  nextNumber(): number {
    return ++this.#number
  }
}

/** Objects of one kind. Concurrent reads of the same object share one result. */
class Objects<T extends object | string> {
  readonly #bound: number
  readonly #form: (bytes: Buffer) => T
  readonly #recent: Lru<Ref, { readonly weight: number; readonly value: T }>
  readonly #reading = new Map<Ref, Promise<T>>()

  constructor(bound: number, form: (bytes: Buffer) => T) {
    this.#bound = bound
    this.#form = form
    this.#recent = new Lru(bound, ({ weight }) => weight)
  }

  /** @throws {TenfoldError} */
  read(ref: Ref, store: StoreReader): Promise<T> {
    const recent = this.#recent.get(ref)
    if (recent !== undefined) return Promise.resolve(recent.value)
    const reading = this.#reading.get(ref) ?? this.#read(ref, store).finally(() => this.#reading.delete(ref))
    this.#reading.set(ref, reading)
    return reading
  }

  async #read(ref: Ref, store: StoreReader): Promise<T> {
    const value = this.#form(await store.read(ref))
    const weight = lengthOf(ref)
    // An object that would evict all others is not worth keeping.
    if (weight <= this.#bound / 2) this.#recent.set(ref, { weight, value })
    return value
  }
}
