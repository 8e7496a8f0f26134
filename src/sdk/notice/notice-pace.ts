/** How many looks at the store notices may cause at once. */
const BURST = 6
/** After this many milliseconds they may cause one more. */
const REFILL_MS = 10_000
/** When a look has found less than its notice told of: the store may be read from a copy that is behind. */
const AGAIN_MS = [1_000, 4_000]

/** What a pace is kept with. */
export interface PaceOptions {
  /** Looks at the store, and returns once that is done. */
  readonly look: () => Promise<unknown>
  /** The seq that answers now. */
  readonly seq: () => number
  /** The longest random wait before a look, in milliseconds: a fleet must not come all at once. */
  readonly spreadMs: number
  readonly now?: () => number
  readonly random?: () => number
}

/**
 * Turns notices into looks at the store. Nothing that a notice says is believed: whoever may write to the bus can make
 * a service look six times at once, and every ten seconds after that. Several notices are one look, and a look waits
 * for the one that is under way.
 */
export class NoticePace {
  readonly #options: PaceOptions
  #tokens = BURST
  #filledAt: number
  #timer: NodeJS.Timeout | undefined
  #isLooking = false
  /** The highest seq that a notice has told of since the last look began. */
  #wanted = 0
  #isWanted = false
  #closed = false

  constructor(options: PaceOptions) {
    this.#options = options
    this.#filledAt = this.#now()
  }

  /** Is told of a seq, or after a connection was made, of whatever may have been missed: 0. */
  told(seq: number): void {
    if (seq !== 0 && seq <= this.#options.seq()) return
    this.#wanted = Math.max(this.#wanted, seq)
    this.#isWanted = true
    this.#schedule((this.#options.random ?? Math.random)() * this.#options.spreadMs)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #schedule(ms: number): void {
    if (this.#closed || this.#timer !== undefined || this.#isLooking) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#look()
    }, ms)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    if (!this.#take()) return this.#schedule(REFILL_MS - (this.#now() - this.#filledAt))
    const wanted = this.#wanted
    this.#isWanted = false
    this.#wanted = 0
    this.#isLooking = true
    try {
      await this.#options.look()
      for (const ms of AGAIN_MS) {
        // A later notice brings a look of its own.
        if (this.#closed || this.#isWanted || this.#options.seq() >= wanted || !this.#take()) break
        await this.#pause(ms)
        await this.#options.look()
      }
    } finally {
      this.#isLooking = false
      if (this.#isWanted) this.#schedule((this.#options.random ?? Math.random)() * this.#options.spreadMs)
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms).unref())
  }

  #take(): boolean {
    const now = this.#now()
    const earned = Math.floor(Math.max(0, now - this.#filledAt) / REFILL_MS)
    if (earned > 0) {
      this.#tokens = Math.min(BURST, this.#tokens + earned)
      this.#filledAt = this.#tokens === BURST ? now : this.#filledAt + earned * REFILL_MS
    }
    if (this.#tokens === 0) return false
    if (this.#tokens === BURST) this.#filledAt = now
    this.#tokens--
    return true
  }

  #now(): number {
    return (this.#options.now ?? (() => performance.now()))()
  }
}
