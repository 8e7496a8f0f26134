/** Buckets in a page: 80 KiB of them, which are copied in some ten microseconds. */
const PAGE_BITS = 14
const PAGE = 1 << PAGE_BITS
const IN_PAGE = PAGE - 1

/**
 * The buckets of a hash table, each a tag and an offset, in pages that releases share until one of them writes there. So
 * the next release costs what it changes, and nothing is copied at once that would delay answers.
 */
export class Buckets {
  readonly capacity: number
  readonly #tags: Uint8Array[]
  readonly #offsets: Uint32Array[]
  /** Which pages are this table's alone. */
  readonly #isOwn: Uint8Array

  constructor(capacity: number, from?: Buckets) {
    const pages = Math.ceil(capacity / PAGE)
    const length = Math.min(capacity, PAGE)
    this.capacity = capacity
    // From now on neither may write to the pages of both.
    if (from !== undefined) from.#isOwn.fill(0)
    this.#isOwn = new Uint8Array(pages).fill(from === undefined ? 1 : 0)
    this.#tags = from === undefined ? Array.from({ length: pages }, () => new Uint8Array(length)) : [...from.#tags]
    this.#offsets =
      from === undefined ? Array.from({ length: pages }, () => new Uint32Array(length)) : [...from.#offsets]
  }

  tagAt(bucket: number): number {
    return this.#tags[bucket >>> PAGE_BITS]?.[bucket & IN_PAGE] ?? 0
  }

  offsetAt(bucket: number): number {
    return this.#offsets[bucket >>> PAGE_BITS]?.[bucket & IN_PAGE] ?? 0
  }

  set(bucket: number, tag: number, offset: number): void {
    const page = bucket >>> PAGE_BITS
    if (this.#isOwn[page] === 0) this.#copy(page)
    const [tags, offsets] = [this.#tags[page], this.#offsets[page]]
    if (tags === undefined || offsets === undefined) throw new RangeError('there is no such bucket')
    tags[bucket & IN_PAGE] = tag
    offsets[bucket & IN_PAGE] = offset
  }

  next(bucket: number): number {
    return bucket + 1 === this.capacity ? 0 : bucket + 1
  }

  #copy(page: number): void {
    const [tags, offsets] = [this.#tags[page], this.#offsets[page]]
    if (tags === undefined || offsets === undefined) return
    this.#tags[page] = tags.slice()
    this.#offsets[page] = offsets.slice()
    this.#isOwn[page] = 1
  }
}
