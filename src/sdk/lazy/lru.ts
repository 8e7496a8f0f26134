/**
 * Recently used entries, within a bound: two generations, each of at most half of it. Using an entry moves it to the
 * young generation; when that is full, the old one is dropped and the young one becomes the old one. Using an entry
 * that is already young costs nothing.
 */
export class Lru<K, V extends object | string> {
  #young = new Map<K, V>()
  #old = new Map<K, V>()
  /** The weight of the young generation. */
  #weight = 0
  readonly #half: number
  readonly #weigh: (value: V) => number
  readonly #dropped: (value: V) => void

  constructor(bound: number, weigh: (value: V) => number, dropped: (value: V) => void = () => {}) {
    this.#half = bound / 2
    this.#weigh = weigh
    this.#dropped = dropped
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old === undefined) return undefined
    this.#old.delete(key)
    this.#add(key, old)
    return old
  }

  /** Whether an entry exists, without counting as a use of it. */
  has(key: K): boolean {
    return this.#young.has(key) || this.#old.has(key)
  }

  /** Adds an entry. The last one added is always there, whatever its weight. */
  set(key: K, value: V): void {
    this.delete(key)
    this.#add(key, value)
  }

  delete(key: K): void {
    const [young, old] = [this.#young.get(key), this.#old.get(key)]
    if (young !== undefined) this.#weight -= this.#weigh(young)
    this.#young.delete(key)
    this.#old.delete(key)
    for (const value of [young, old]) if (value !== undefined) this.#dropped(value)
  }

  /** Returns all current entries, those to be dropped first at the front. */
  entries(): [K, V][] {
    return [...this.#old, ...this.#young]
  }

  #add(key: K, value: V): void {
    const weight = this.#weigh(value)
    if (this.#weight + weight > this.#half && this.#young.size > 0) {
      const gone = this.#old
      this.#old = this.#young
      this.#young = new Map()
      this.#weight = 0
      for (const one of gone.values()) this.#dropped(one)
    }
    this.#young.set(key, value)
    this.#weight += weight
  }
}
