import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** @typedef {'killed' | 'timed out' | 'survived'} Outcome */
const PATIENCE_MS = 180_000

/** The tests in a process of their own, which is replaced when a mutant does not let it end. */
export class Tests {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child
  /** @type {string} */
  #folder

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
    const over = new AbortController()
    const { signal } = over
    const answer = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }),
      wait(PATIENCE_MS, 'late', { signal }),
    ])
    over.abort()
    if (answer === 'late') {
      this.end()
      return 'timed out'
    }
    const [said] = answer
    return said?.failed === false ? 'survived' : 'killed'
  }

  /** Ends what runs, with all that it has started. */
  end() {
    if (this.#child?.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    this.#child = undefined
  }

  async #running() {
    if (this.#child !== undefined && this.#child.exitCode === null) return this.#child
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
