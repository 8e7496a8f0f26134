import { Malformed } from '../../store/format/decode-json.ts'
import { HEADER_BYTES } from '../../store/format/account-leaf.ts'
import type { Ref } from '../../store/format/object-ref.ts'
import type { Hash } from './hash-ids.ts'
import { Interner } from './line-interner.ts'
import { Entries, type Segment } from './id-entries.ts'
import type { Pause } from '../load/time-slices.ts'

const QUOTE = 0x22
const BRACKET = 0x5b
const NEWLINE = 0x0a
const MAX_ID = 63

// A slot's tag says whether it is in use and, from the hash, most often whether it is the wanted one: probing then
// reads neighbouring bytes and not a row for every slot that it passes.
const EMPTY = 0
const GONE = 1
const FIRST_TAG = 2
const TAGS = 0x7f

/** How full a new table is, so that releases to come find room. */
const LOAD = 0.6
/** A fuller table is built anew. */
const MAX_LOAD = 0.75
const COPY_SLOTS = 65_536
const HASHES = 0x8000_0000
/** Beside what there was when it was built, a table may have as much again, and this, of rows that count no more. */
const SPARE_BYTES = 1 << 20

/**
 * Account ids to the numbers of what they say: an open hash table in typed arrays, five bytes a slot, over rows of a
 * number and an id each. Rows and lines are only ever added, and all releases of a service share them; the slots are
 * each release's own, so that a snapshot may keep those of its release. The next one's begin as a copy, and the work
 * follows the leaves that differ.
 */
export class AccountTable {
  /** Accounts. */
  count = 0
  readonly lines: Interner
  readonly #hash: Hash
  readonly #rows: Entries
  readonly #capacity: number
  /** Slots for each value of a hash. */
  readonly #scale: number
  readonly #tags: Uint8Array
  readonly #places: Uint32Array
  /** The rows of each leaf. */
  readonly #runs: Map<Ref, Segment>
  /** Slots that are not empty, those of removed accounts included. */
  #used = 0
  /** Bytes of rows and lines at which they are sorted out; decided when the first release of these rows is complete. */
  #limit: number | undefined

  private constructor(hash: Hash, capacity: number, from?: AccountTable) {
    this.#hash = hash
    this.#capacity = capacity
    this.#scale = capacity / HASHES
    this.#tags = new Uint8Array(capacity)
    this.#places = new Uint32Array(capacity)
    this.lines = from === undefined ? new Interner() : from.lines
    this.#rows = from === undefined ? new Entries() : from.#rows
    this.#runs = new Map(from === undefined ? [] : from.#runs)
    if (from === undefined) return
    this.count = from.count
    this.#used = from.#used
    this.#limit = from.#limit ??= 2 * from.size + SPARE_BYTES
  }

  /**
   * The next release's table as far as the last one goes, which stays as it is: without the leaves that are gone, and
   * with room for as many accounts as there will be.
   *
   * @throws {Malformed} where that many cannot be.
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
      ? new AccountTable(hash, before.#capacity, before)
      : new AccountTable(hash, Math.ceil(count / LOAD) + 8)
    if (isFit) await table.#follow(before, gone, pause)
    else if (before !== undefined) await table.#takeOver(before, gone, pause)
    return table
  }

  /** The number of what an account says, 0 where there is no such account. Allocates nothing. */
  numberOf(id: string): number {
    if (typeof id !== 'string' || id.length > MAX_ID) return 0
    const hash = this.#hash.of(id)
    const tag = tagOf(hash)
    for (let slot = this.#home(hash); ; slot = this.#next(slot)) {
      const found = this.#tags[slot]
      if (found === EMPTY) return 0
      if (found !== tag) continue
      const place = this.#places[slot] ?? 0
      if (this.#rows.isFor(place, id)) return this.#rows.numberAt(place)
    }
  }

  /** Takes a leaf's accounts in, and says which lines of it need texts that are not there yet. @throws {Malformed} */
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

  /** The number of every account's line; a line that several say comes several times. */
  *numbers(): Generator<number> {
    for (const run of this.#runs.values()) {
      for (const place of this.#rows.placesOf(run)) yield this.#rows.numberAt(place)
    }
  }

  /** Bytes of rows and lines, those that count no more included. */
  get size(): number {
    return this.#rows.size + this.lines.size
  }

  /** Whether a copy has room for so many more, and not mostly what nobody needs. */
  #isFitFor(more: number): boolean {
    return this.#used + more <= this.#capacity * MAX_LOAD && this.size <= (this.#limit ?? Infinity)
  }

  /** Takes over the slots piece by piece: a whole array at once would hold up whoever waits for an answer. */
  async #follow(from: AccountTable, gone: ReadonlySet<Ref>, pause: Pause): Promise<void> {
    for (let at = 0; at < this.#capacity; at += COPY_SLOTS) {
      const end = at + COPY_SLOTS
      this.#tags.set(from.#tags.subarray(at, end), at)
      this.#places.set(from.#places.subarray(at, end), at)
      await pause()
    }
    for (const ref of gone) {
      this.#remove(ref)
      await pause()
    }
  }

  /** All of the last release that stays, copied out of what has become too large or too full. */
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

  /** Writes a row and has a slot refer to it. @throws {Malformed} when the account is there already. */
  #insert(bytes: Buffer, start: number, end: number, number: number): number {
    const hash = this.#hash.ofBytes(bytes, start, end)
    const tag = tagOf(hash)
    let vacant = -1
    let slot = this.#home(hash)
    for (; this.#tags[slot] !== EMPTY; slot = this.#next(slot)) {
      if (this.#tags[slot] === GONE) vacant = vacant < 0 ? slot : vacant
      else if (this.#tags[slot] === tag && this.#rows.isSame(this.#places[slot] ?? 0, bytes, start, end)) {
        throw new Malformed(`"${bytes.toString('latin1', start, end)}" stands in two leaves`)
      }
    }
    if (vacant >= 0) slot = vacant
    // The last empty slot ends every search, and is never filled.
    else if (++this.#used === this.#capacity) throw new Malformed('it holds more accounts than its root says')
    const place = this.#rows.add(bytes, start, end, number)
    this.#tags[slot] = tag
    this.#places[slot] = place
    this.count++
    return place
  }

  #remove(ref: Ref): void {
    const run = this.#runs.get(ref)
    if (run === undefined) return
    for (const place of this.#rows.placesOf(run)) {
      const { bytes, start, end } = this.#rows.idAt(place)
      const hash = this.#hash.ofBytes(bytes, start, end)
      let slot = this.#home(hash)
      while (this.#places[slot] !== place && this.#tags[slot] !== EMPTY) slot = this.#next(slot)
      this.#tags[slot] = GONE
      this.#places[slot] = 0
    }
    this.count -= run.count
    this.#runs.delete(ref)
  }

  #home(hash: number): number {
    return (hash * this.#scale) | 0
  }

  #next(slot: number): number {
    return slot + 1 === this.#capacity ? 0 : slot + 1
  }
}

/** From the lower bits: the upper ones say where the search begins. */
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
