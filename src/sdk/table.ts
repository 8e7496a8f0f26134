import { Malformed } from '../bundle/decode.ts'
import type { Ref } from '../bundle/object.ts'
import { type LoadedLeaf, MAX_ID, QUOTE, eachAccount } from './leaf.ts'
import type { Pause } from './slices.ts'

/** A hash of an account id, from 0 to 2^31 - 1: a number that needs no memory of its own. */
export type Hash = (id: string) => number

// A slot's tag says whether it is in use and, from the hash, most often whether it is the wanted one: probing then
// reads neighbouring bytes and not a leaf for every slot that it passes.
const EMPTY = 0
const GONE = 1
const FIRST_TAG = 2

/** How full a new table is, so that releases to come find room. */
const LOAD = 0.6
/** A fuller table is built anew. */
const MAX_LOAD = 0.75
const COPY_SLOTS = 65_536

/** How one release's leaves differ from the last one's. */
export interface LeafChange {
  readonly gone: ReadonlySet<Ref>
  readonly added: ReadonlyMap<Ref, LoadedLeaf>
}

/**
 * Account ids to their lines in the leaves: an open hash table in typed arrays, nine bytes a slot, over the bytes of
 * the store as they are. It does not change once it is built, so that a snapshot may keep the one of its release;
 * the next release's table begins as a copy, and the work follows the leaves that differ.
 */
export class AccountTable {
  readonly capacity: number
  /** Accounts. */
  count: number
  readonly #hash: Hash
  readonly #tags: Uint8Array
  readonly #leafNumbers: Uint32Array
  readonly #starts: Uint32Array
  readonly #leaves: (LoadedLeaf | undefined)[]
  readonly #numbers: Map<Ref, number>
  /** Numbers of leaves that were removed, to be given out again. */
  readonly #free: number[]
  /** Slots that are not empty, those of removed accounts included. */
  #used: number

  private constructor(hash: Hash, capacity: number, from?: AccountTable) {
    this.#hash = hash
    this.capacity = capacity
    this.count = from === undefined ? 0 : from.count
    this.#tags = new Uint8Array(capacity)
    this.#leafNumbers = new Uint32Array(capacity)
    this.#starts = new Uint32Array(capacity)
    this.#leaves = from === undefined ? [] : [...from.#leaves]
    this.#numbers = new Map(from === undefined ? [] : from.#numbers)
    this.#free = from === undefined ? [] : [...from.#free]
    this.#used = from === undefined ? 0 : from.#used
  }

  /**
   * The next release's table; the last one's stays as it is.
   *
   * @throws {Malformed} when an account stands in two leaves.
   */
  static async build(
    change: LeafChange,
    before: AccountTable | undefined,
    hash: Hash,
    pause: Pause,
  ): Promise<AccountTable> {
    const { gone, added } = change
    let growth = 0
    for (const leaf of added.values()) growth += leaf.count
    if (before !== undefined && before.#used + growth > before.capacity * MAX_LOAD) {
      return AccountTable.build({ gone: new Set(), added: new Map(before.#after(change)) }, undefined, hash, pause)
    }
    const capacity = before === undefined ? Math.ceil(growth / LOAD) + 8 : before.capacity
    const table = new AccountTable(hash, capacity, before)
    if (before !== undefined) await table.#copy(before, pause)
    for (const ref of gone) {
      table.#remove(ref)
      await pause()
    }
    for (const [ref, leaf] of added) {
      table.#add(ref, leaf)
      await pause()
    }
    return table
  }

  /** The leaf that was loaded under this reference, for the next release to share. */
  leaf(ref: Ref): LoadedLeaf | undefined {
    const number = this.#numbers.get(ref)
    return number === undefined ? undefined : this.#leaves[number]
  }

  /** The slot of an account, -1 where there is none. Allocates nothing. */
  find(id: string): number {
    if (id.length > MAX_ID) return -1
    const hash = this.#hash(id)
    const tag = tagOf(hash)
    for (let slot = hash % this.capacity; ; slot = this.#next(slot)) {
      const found = this.#tags[slot]
      if (found === EMPTY) return -1
      if (found === tag && this.#isAt(slot, id)) return slot
    }
  }

  /** The leaf that holds a slot's account, and where its id begins there. */
  at(slot: number): { leaf: LoadedLeaf; start: number } {
    const leaf = this.#leaves[this.#leafNumbers[slot] ?? 0]
    if (leaf === undefined) throw new Error('a slot refers to no leaf')
    return { leaf, start: this.#starts[slot] ?? 0 }
  }

  /** Whether this very id stands at the slot: two ids may share a hash, and a tenant must not get another's answer. */
  #isAt(slot: number, id: string): boolean {
    const bytes = this.#leaves[this.#leafNumbers[slot] ?? 0]?.bytes
    const start = this.#starts[slot] ?? 0
    if (bytes === undefined || bytes[start + id.length] !== QUOTE) return false
    for (let i = 0; i < id.length; i++) {
      const code = id.charCodeAt(i)
      // An id with a quote in it could otherwise match beyond the end of the stored one.
      if (code === QUOTE || bytes[start + i] !== code) return false
    }
    return true
  }

  /** Every leaf of the release after this one. */
  *#after({ gone, added }: LeafChange): Generator<readonly [Ref, LoadedLeaf]> {
    for (const ref of this.#numbers.keys()) {
      const leaf = this.leaf(ref)
      if (leaf !== undefined && !gone.has(ref)) yield [ref, leaf]
    }
    yield* added
  }

  /** Takes over the slots piece by piece: a whole array at once would hold up whoever waits for an answer. */
  async #copy(from: AccountTable, pause: Pause): Promise<void> {
    for (let at = 0; at < this.capacity; at += COPY_SLOTS) {
      const end = at + COPY_SLOTS
      this.#tags.set(from.#tags.subarray(at, end), at)
      this.#leafNumbers.set(from.#leafNumbers.subarray(at, end), at)
      this.#starts.set(from.#starts.subarray(at, end), at)
      await pause()
    }
  }

  #add(ref: Ref, leaf: LoadedLeaf): void {
    if (this.#numbers.has(ref)) throw new Malformed('its tree holds an object twice')
    this.count += leaf.count
    const number = this.#free.pop() ?? this.#leaves.length
    this.#leaves[number] = leaf
    this.#numbers.set(ref, number)
    eachAccount(leaf.bytes, (start, end) => {
      const id = leaf.bytes.toString('latin1', start, end)
      const hash = this.#hash(id)
      const tag = tagOf(hash)
      let vacant = -1
      let slot = hash % this.capacity
      for (; this.#tags[slot] !== EMPTY; slot = this.#next(slot)) {
        if (this.#tags[slot] === GONE) vacant = vacant < 0 ? slot : vacant
        else if (this.#tags[slot] === tag && this.#isAt(slot, id)) throw new Malformed(`"${id}" stands in two leaves`)
      }
      if (vacant < 0) this.#used++
      else slot = vacant
      this.#tags[slot] = tag
      this.#leafNumbers[slot] = number
      this.#starts[slot] = start
    })
  }

  #remove(ref: Ref): void {
    const number = this.#numbers.get(ref)
    const leaf = this.leaf(ref)
    if (number === undefined || leaf === undefined) return
    this.count -= leaf.count
    eachAccount(leaf.bytes, (start, end) => {
      this.#tags[this.find(leaf.bytes.toString('latin1', start, end))] = GONE
    })
    this.#leaves[number] = undefined
    this.#numbers.delete(ref)
    this.#free.push(number)
  }

  #next(slot: number): number {
    return slot + 1 === this.capacity ? 0 : slot + 1
  }
}

function tagOf(hash: number): number {
  return FIRST_TAG + ((hash >>> 16) % (256 - FIRST_TAG))
}

/** FNV-1a with a final mix, so that ids that count up do not sit side by side. */
export const hashOf: Hash = (id) => {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97)
  return (hash ^ (hash >>> 15)) >>> 1
}
