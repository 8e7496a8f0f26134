import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Tests in a process of their own, which is replaced when a mutant does not let it end. */
export class Tests {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child
  /** @type {string} */
  #folder
  /** @type {readonly string[]} */
  #files = []
  /** @type {'whole' | 'mutated'} */
  #kind

  /** @param {string} folder @param {'whole' | 'mutated'} kind */
  constructor(folder, kind) {
    this.#folder = folder
    this.#kind = kind
  }

  /** The absolute path of each file of tests. */
  async files() {
    await this.#running()
    return this.#files
  }

  /**
   * Undefined where it comes too late; a process that has ended has failed.
   *
   * @param {import('./tests.mjs').Task} task
   * @param {number} patience milliseconds
   * @returns {Promise<import('./tests.mjs').Answer | undefined>}
   */
  async run(task, patience) {
    const child = await this.#running()
    child.send(task)
    const over = new AbortController()
    const { signal } = over
    const answer = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(() => [{ failed: true, tested: [] }]),
      wait(patience, 'late', { signal }),
    ])
    over.abort()
    if (answer !== 'late') return answer[0]
    this.end()
    return undefined
  }

  /** Ends what runs, with all that it has started. */
  end() {
    if (this.#child?.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    this.#child = undefined
  }

  async #running() {
    const { exitCode = 0, signalCode = null } = this.#child ?? {}
    if (this.#child !== undefined && exitCode === null && signalCode === null) return this.#child
    const child = fork(join(this.#folder, 'build/mutants/tests.mjs'), [this.#kind], {
      cwd: this.#folder,
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    const [{ files }] = await once(child, 'message')
    this.#files = files
    return child
  }
}
