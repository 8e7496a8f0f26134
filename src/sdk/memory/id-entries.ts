import { Arena, nextChunk, offsetOf } from './byte-arena.ts'

/** Bytes of an entry besides its account id: the content id before it, and a single 0 after it. */
const NUMBER_BYTES = 4
const ROW_BYTES = NUMBER_BYTES + 1

/** Entries that were added one after another. */
export interface Segment {
  readonly first: number
  readonly count: number
}

/** Where an id is. */
export interface Id {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/** Account ids, each with its content id. Entries are only ever added, so releases share them. */
export class Entries {
  readonly #arena = new Arena()

  get size(): number {
    return this.#arena.size
  }

  /** @returns the entry's place: never 0. */
  add(bytes: Buffer, start: number, end: number, number: number): number {
    const place = this.#arena.append(bytes, start, end, NUMBER_BYTES, 1)
    this.#arena.setWord(place, number)
    return place
  }

  numberAt(place: number): number {
    return this.#arena.word(place)
  }

  idAt(place: number): Id {
    const bytes = this.#arena.bytesAt(place)
    const start = offsetOf(place) + NUMBER_BYTES
    return { bytes, start, end: bytes.indexOf(0, start) }
  }

  /** Whether the entry has exactly this id: two ids may share a hash, and a tenant must not get another's answer. */
  isFor(place: number, id: string): boolean {
    const bytes = this.#arena.bytesAt(place)
    const start = offsetOf(place) + NUMBER_BYTES
    for (let i = 0; i < id.length; i++) {
      const code = id.charCodeAt(i)
      // An id with a 0 in it could otherwise match beyond the end of the stored one.
      if (code === 0 || bytes[start + i] !== code) return false
    }
    return bytes[start + id.length] === 0
  }

  /** As `isFor`, for an id within a leaf. */
  isSame(place: number, bytes: Buffer, start: number, end: number): boolean {
    return this.#arena.holds(place, NUMBER_BYTES, bytes, start, end, 0)
  }

  /** Yields the place of each entry of a segment. */
  *placesOf({ first, count }: Segment): Generator<number> {
    let place = first
    for (let i = 0; i < count; i++) {
      // If no entry begins here, the next one did not fit and begins a new chunk.
      if (this.#arena.word(place) === 0) place = nextChunk(place)
      yield place
      const { start, end } = this.idAt(place)
      place += (end - start + ROW_BYTES + 3) >>> 2
    }
  }
}
