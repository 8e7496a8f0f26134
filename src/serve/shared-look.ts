/** However many ask, the store is not looked at more often. */
const EVERY_MS = 1_000

/** One look at the store for all who wait for the same release. */
export class SharedLook {
  readonly #look: () => Promise<unknown>
  #running: Promise<void> | undefined
  #last = Number.NEGATIVE_INFINITY

  constructor(look: () => Promise<unknown>) {
    this.#look = look
  }

  /** Waits for a look; for none where the last one was a moment ago. A failure is an event of the settings. */
  async wait(): Promise<void> {
    if (this.#running !== undefined) return this.#running
    const now = performance.now()
    if (now - this.#last < EVERY_MS) return
    this.#last = now
    this.#running = this.#look().then(
      () => {},
      () => {},
    )
    await this.#running
    this.#running = undefined
  }
}
