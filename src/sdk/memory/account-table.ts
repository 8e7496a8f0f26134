import { Malformed } from '../../store/format/decode-json.ts'
import { HEADER_BYTES } from '../../store/format/account-leaf.ts'
import type { Ref } from '../../store/format/object-ref.ts'
import { Buckets } from './bucket-pages.ts'
import type { Hash } from './hash-ids.ts'
import { Interner } from './line-interner.ts'
import { Entries, type Segment } from './id-entries.ts'
import type { Pause } from '../load/time-slices.ts'

const QUOTE = 0x22
const BRACKET = 0x5b
const NEWLINE = 0x0a
const MAX_ID = 63

// A bucket's tag marks whether it is in use and, from the hash, whether it is likely to be the wanted one: probing then
// reads neighbouring bytes instead of an entry for every bucket that it passes.
const EMPTY = 0
const GONE = 1
const FIRST_TAG = 2
const TAGS = 0x7f

/** How full a new table is, to leave room for later releases. */
const LOAD = 0.6
/** A fuller table is rebuilt. */
const MAX_LOAD = 0.75
const HASHES = 0x8000_0000
/** Obsolete entries may take as many bytes as there were when the table was built, plus this many. */
const SPARE_BYTES = 1 << 20

/**
 * Maps account ids to content ids: an open hash table in typed arrays, five bytes per bucket, over entries of a content
 * id and an account id each. Entries and lines are only ever added, and all releases of a service share them; buckets are
 * shared page by page until one release writes there, so that a snapshot keeps those of its release. The work for the
 * next release is proportional to the leaves that differ.
 */
export class AccountTable {
  /** The number of accounts. */
  count = 0
  readonly lines: Interner
  readonly #hash: Hash
  readonly #rows: Entries
  /** Buckets per hash value. */
  readonly #scale: number
  readonly #buckets: Buckets
  /** The segment of entries of each leaf. */
  readonly #runs = new Map<Ref, Segment>()
  /** Buckets that are not empty, including those of removed accounts. */
  #used = 0
  /** Bytes of entries and lines above which they are compacted; set once the first release with them is complete. */
  #limit: number | undefined

  private constructor(hash: Hash, capacity: number, from?: AccountTable) {
    this.#hash = hash
    this.#scale = capacity / HASHES
    this.#buckets = new Buckets(capacity, from === undefined ? undefined : from.#buckets)
    this.lines = from === undefined ? new Interner() : from.lines
    this.#rows = from === undefined ? new Entries() : from.#rows
    if (from === undefined) return
    this.count = from.count
    this.#used = from.#used
    this.#limit = from.#limit ??= 2 * from.size + SPARE_BYTES
  }

  /**
   * Builds the part of the next release's table that comes from the previous one, which stays unchanged: without the
   * leaves that are gone, and with room for all accounts of the next release.
   *
   * @throws {Malformed} when there cannot be that many.
   */
  static async after(
    before: AccountTable | undefined,
    gone: ReadonlySet<Ref>,
    count: number,
    hash: Hash,
    pause: Pause,
  ): Promise<AccountTable> {
    let staying = before?.count ?? 0
    if (before !== undefined) for (const ref of gone) staying -= before.#runs.get(ref)?.count ?? 0
    if (count < staying) throw new Malformed('it holds more accounts than its root says')
    const isFit = before !== undefined && before.#isFitFor(count - staying)
    const table = isFit
      ? new AccountTable(hash, before.#buckets.capacity, before)
      : new AccountTable(hash, Math.ceil(count / LOAD) + 8)
    if (isFit) await table.#follow(before, gone, pause)
    else if (before !== undefined) await table.#takeOver(before, gone, pause)
    return table
  }

  /** Returns an account's content id, or 0 if there is no such account. Allocates nothing. */
  numberOf(id: string): number {
    if (typeof id !== 'string' || id.length > MAX_ID) return 0
    const hash = this.#hash.of(id)
    const tag = tagOf(hash)
    const buckets = this.#buckets
    for (let slot = this.#home(hash); ; slot = buckets.next(slot)) {
      const found = buckets.tagAt(slot)
      if (found === EMPTY) return 0
      if (found !== tag) continue
      const place = buckets.offsetAt(slot)
      if (this.#rows.isFor(place, id)) return this.#rows.numberAt(place)
    }
  }

  /** Adds a leaf's accounts, and returns which of its lines need texts that are still missing. @throws {Malformed} */
  add(ref: Ref, leaf: Buffer): number[] {
    if (this.#runs.has(ref)) throw new Malformed('its tree holds an object twice')
    if (leaf[HEADER_BYTES - 1] !== NEWLINE) throw new Malformed('a leaf has no header')
    const wanting: number[] = []
    let first = 0
    let count = 0
    for (let at = HEADER_BYTES; at < leaf.length; at = this.lines.end + 1) {
      const start = at + 2
      const end = endOfId(leaf, start)
      const isLine = leaf[at] === BRACKET && leaf[at + 1] === QUOTE && leaf[end] === QUOTE
      if (!isLine || end === start || end - start > MAX_ID) throw new Malformed('a leaf has a line without an account')
      const number = this.lines.note(leaf, end + 1)
      if (this.lines.lacksTexts(number)) wanting.push(number)
      const place = this.#insert(leaf, start, end, number)
      if (count++ === 0) first = place
    }
    this.#runs.set(ref, { first, count })
    return wanting
  }

  /** Yields the content id of every account; one that several accounts share comes several times. */
  *numbers(): Generator<number> {
    for (const run of this.#runs.values()) {
      for (const place of this.#rows.placesOf(run)) yield this.#rows.numberAt(place)
    }
  }

  /** Bytes of entries and lines, including obsolete ones. */
  get size(): number {
    return this.#rows.size + this.lines.size
  }

  /** Whether a copy has room for this many more accounts, and is not mostly obsolete. */
  #isFitFor(more: number): boolean {
    return this.#used + more <= this.#buckets.capacity * MAX_LOAD && this.size <= (this.#limit ?? Infinity)
  }

  /** Takes over what stays piece by piece: all of it at once would delay answers. */
  async #follow(from: AccountTable, gone: ReadonlySet<Ref>, pause: Pause): Promise<void> {
    for (const [ref, run] of from.#runs) {
      this.#runs.set(ref, run)
      await pause()
    }
    for (const ref of gone) {
      this.#remove(ref)
      await pause()
    }
  }

  /** Copies everything that stays from the previous release, whose entries have grown too large or buckets too full. */
  async #takeOver(from: AccountTable, gone: ReadonlySet<Ref>, pause: Pause): Promise<void> {
    const numbers = new Map<number, number>()
    for (const [ref, run] of from.#runs) {
      if (gone.has(ref)) continue
      let first = 0
      for (const place of from.#rows.placesOf(run)) {
        const known = from.#rows.numberAt(place)
        let number = numbers.get(known)
        if (number === undefined) numbers.set(known, (number = this.lines.take(from.lines, known)))
        const { bytes, start, end } = from.#rows.idAt(place)
        const copied = this.#insert(bytes, start, end, number)
        if (first === 0) first = copied
      }
      this.#runs.set(ref, { first, count: run.count })
      await pause()
    }
  }

  /** Adds an entry and points a bucket to it. @throws {Malformed} when the account is already there. */
  #insert(bytes: Buffer, start: number, end: number, number: number): number {
    const hash = this.#hash.ofBytes(bytes, start, end)
    const tag = tagOf(hash)
    let vacant = -1
    const buckets = this.#buckets
    let slot = this.#home(hash)
    for (; buckets.tagAt(slot) !== EMPTY; slot = buckets.next(slot)) {
      const found = buckets.tagAt(slot)
      if (found === GONE) vacant = vacant < 0 ? slot : vacant
      else if (found === tag && this.#rows.isSame(buckets.offsetAt(slot), bytes, start, end)) {
        throw new Malformed(`"${bytes.toString('latin1', start, end)}" is in two leaves`)
      }
    }
    if (vacant >= 0) slot = vacant
    // The last empty bucket ends every search, and is never filled.
    else if (++this.#used === buckets.capacity) throw new Malformed('it holds more accounts than its root says')
    const place = this.#rows.add(bytes, start, end, number)
    buckets.set(slot, tag, place)
    this.count++
    return place
  }

  #remove(ref: Ref): void {
    const run = this.#runs.get(ref)
    if (run === undefined) return
    const buckets = this.#buckets
    for (const place of this.#rows.placesOf(run)) {
      const { bytes, start, end } = this.#rows.idAt(place)
      const hash = this.#hash.ofBytes(bytes, start, end)
      let slot = this.#home(hash)
      while (buckets.offsetAt(slot) !== place && buckets.tagAt(slot) !== EMPTY) slot = buckets.next(slot)
      buckets.set(slot, GONE, 0)
    }
    this.count -= run.count
    this.#runs.delete(ref)
  }

  #home(hash: number): number {
    return (hash * this.#scale) | 0
  }
}

/** Takes the tag from the lower bits: the upper ones determine where the search begins. */
function tagOf(hash: number): number {
  return FIRST_TAG + (hash & TAGS)
}

function endOfId(bytes: Buffer, start: number): number {
  let end = start
  while (isIdByte(bytes[end])) end++
  return end
}

function isIdByte(byte = 0): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f || byte === 0x2d
}
