/** Something that takes long to read, kept in memory and brought up to date behind the pages. */
export class Lately<T> {
  private readonly read: (before: T | undefined) => Promise<T>
  private at: T | undefined
  private loading: Promise<T> | undefined
  private loaded = 0
  private rest = REST

  /** @param read is given what it returned the last time, and may return it again. */
  constructor(read: (before: T | undefined) => Promise<T>) {
    this.read = read
  }

  /**
   * Returns what is in memory at once, though a change of the last moments may be missing, which is read meanwhile. Else,
   * and where nobody has asked for a while, returns it as soon as it is read.
   */
  async now(): Promise<T> {
    const isOld = Date.now() - this.loaded > OLD
    const loading = this.refresh()
    if (this.at === undefined || isOld) return loading
    // A failure is one of the next page that has nothing in memory.
    loading.catch(() => {})
    return this.at
  }

  private refresh(): Promise<T> {
    if (this.loading !== undefined) return this.loading
    if (this.at !== undefined && Date.now() - this.loaded < this.rest) return Promise.resolve(this.at)
    const began = Date.now()
    this.loading = this.read(this.at)
      .then((read) => {
        this.loaded = Date.now()
        return (this.at = read)
      })
      .finally(() => {
        this.loading = undefined
        this.rest = Math.max(REST, SHARE * (Date.now() - began))
      })
    return this.loading
  }
}

/** Milliseconds between two readings, at least. */
const REST = 2000
/** The longer a reading takes, the longer it is left at that. */
const SHARE = 20
/** Milliseconds after which what was read is not good enough any more. */
const OLD = 60_000
