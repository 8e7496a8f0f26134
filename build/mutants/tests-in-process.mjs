import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** @typedef {'killed' | 'timed out' | 'survived'} Outcome */
/** How many times as long as all tests without a mutant those with one may take: a busy machine makes both slow. */
const PATIENCE = 4
const LONGEST_MS = 3_600_000

/** The tests in a process of their own, which is replaced when a mutant does not let it end. */
export class Tests {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child
  /** @type {string} */
  #folder
  /** How long all tests took when they last passed. */
  #whole = Number.POSITIVE_INFINITY

  constructor(/** @type {string} */ folder) {
    this.#folder = folder
  }

  /**
   * @param {string} file the mutated one
   * @param {readonly string[]} folders with the tests that are run first
   * @returns {Promise<Outcome>}
   */
  async run(file, folders) {
    const child = await this.#running()
    child.send({ path: join(this.#folder, file), folders })
    const start = performance.now()
    const over = new AbortController()
    const { signal } = over
    const answer = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }),
      wait(Math.min(PATIENCE * this.#whole, LONGEST_MS), 'late', { signal }),
    ])
    over.abort()
    if (answer === 'late') {
      this.end()
      return 'timed out'
    }
    const [said] = answer
    if (said?.failed !== false) return 'killed'
    this.#whole = performance.now() - start
    return 'survived'
  }

  /** Ends what runs, with all that it has started. */
  end() {
    if (this.#child?.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    this.#child = undefined
  }

  async #running() {
    const { exitCode = 0, signalCode = null } = this.#child ?? {}
    if (this.#child !== undefined && exitCode === null && signalCode === null) return this.#child
    const child = fork(join(this.#folder, 'build/mutants/tests.mjs'), {
      cwd: this.#folder,
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    await once(child, 'message')
    return child
  }
}
