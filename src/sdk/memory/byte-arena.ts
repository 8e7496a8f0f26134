/** Words of four bytes in a chunk, which is 1 MiB: growing adds a chunk and never copies. */
const CHUNK_BITS = 18
const CHUNK_WORDS = 1 << CHUNK_BITS
const IN_CHUNK = CHUNK_WORDS - 1
/** Bytes that are copied one by one. */
const SHORT = 48

/**
 * Append-only bytes, in chunks, outside the JavaScript heap. A place remains readable while others add bytes, so
 * releases share one arena. Places are counted in words, so that 32 bits reach 16 GiB; 0 is never a place.
 */
export class Arena {
  readonly #bytes: Buffer[] = []
  readonly #words: Uint32Array[] = []
  #next = 1
  #end = 0

  /** Bytes that are in use, or were. */
  get size(): number {
    return this.#next * 4
  }

  /** Allocates this many bytes, all of them 0, in one chunk. */
  #allocate(length: number): number {
    const words = (length + 3) >>> 2
    if (this.#next + words > this.#end) this.#grow(words)
    const place = this.#next
    this.#next += words
    return place
  }

  /** Adds a copy of bytes, with as many zeros before and after it, and returns its place. */
  append(bytes: Buffer, start: number, end: number, before: number, after: number): number {
    const place = this.#allocate(before + end - start + after)
    const to = this.bytesAt(place)
    let at = offsetOf(place) + before
    // A call out of JavaScript takes longer than copying an id.
    if (end - start > SHORT) bytes.copy(to, at, start, end)
    else for (let i = start; i < end; i++) to[at++] = bytes[i] ?? 0
    return place
  }

  /** Whether a copy that was added after so many zeros is of exactly these bytes, and is followed by this one. */
  holds(place: number, before: number, bytes: Buffer, start: number, end: number, last: number): boolean {
    const known = this.bytesAt(place)
    let at = offsetOf(place) + before
    for (let i = start; i < end; i++) if (known[at++] !== bytes[i]) return false
    return known[at] === last
  }

  /** Returns the chunk of a place, as bytes; the place begins at `offsetOf(place)` in it. */
  bytesAt(place: number): Buffer {
    const bytes = this.#bytes[place >>> CHUNK_BITS]
    if (bytes === undefined) throw new RangeError('a place is outside the arena')
    return bytes
  }

  word(place: number): number {
    return this.#words[place >>> CHUNK_BITS]?.[place & IN_CHUNK] ?? 0
  }

  setWord(place: number, word: number): void {
    const words = this.#words[place >>> CHUNK_BITS]
    if (words !== undefined) words[place & IN_CHUNK] = word
  }

  #grow(words: number): void {
    const first = this.#bytes.length * CHUNK_WORDS
    this.#next = Math.max(1, first)
    const size = Math.max(CHUNK_WORDS, this.#next - first + words)
    const chunk = new ArrayBuffer(size * 4)
    this.#bytes.push(Buffer.from(chunk))
    this.#words.push(new Uint32Array(chunk))
    // A longer chunk made for one entry has no places for a second.
    this.#end = size > CHUNK_WORDS ? this.#next + words : first + CHUNK_WORDS
  }
}

/** Returns where a place begins in its chunk, in bytes. */
export function offsetOf(place: number): number {
  return (place & IN_CHUNK) << 2
}

/** Returns the first place of the chunk after that of a place. */
export function nextChunk(place: number): number {
  return ((place >>> CHUNK_BITS) + 1) * CHUNK_WORDS
}
