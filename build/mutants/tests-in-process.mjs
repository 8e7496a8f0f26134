import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { RelatedTests } from './related-tests.mjs'

/** @typedef {'killed' | 'timed out' | 'survived'} Outcome */
/** How many times as long as without a mutant tests with one may take, and a minute: a busy machine makes both slow. */
const PATIENCE = 4
const MINUTE_MS = 60_000
const LONGEST_MS = 60 * MINUTE_MS

/** Tests in a process of their own, which is replaced when a mutant does not let it end. */
export class Tests {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child
  /** @type {string} */
  #folder
  /** @type {RelatedTests} */
  #related
  /** @type {readonly string[]} */
  #files = []
  /**
   * How long each took without any mutant, in milliseconds.
   *
   * @type {ReadonlyMap<string, number>}
   */
  #took = new Map()

  /** @type {readonly string[]} */
  #names

  /** @param {string} folder @param {readonly string[]} names texts, one of which the path of each test contains */
  constructor(folder, names) {
    this.#folder = folder
    this.#names = names
    this.#related = new RelatedTests(folder)
  }

  /** Runs all of them without a mutant, and says why none can be tried; undefined where all pass. */
  async failure() {
    const all = await this.#all()
    if (all.length === 0) return `no test that runs from source has ${this.#names.join(' or ')} in its path`
    const answer = await this.#answer({ path: undefined, turns: [all] }, LONGEST_MS)
    this.#took = new Map(answer?.took)
    return answer?.failed === false ? undefined : 'a test fails without any mutant'
  }

  /**
   * Runs those that load the mutated file, and those in some folders first, until one fails.
   *
   * @param {string} file
   * @param {readonly string[]} folders
   * @returns {Promise<Outcome>}
   */
  async run(file, folders) {
    const path = join(this.#folder, file)
    const able = (await this.#all()).filter((test) => this.#related.loads(test, path))
    const isOwn = (/** @type {string} */ test) => folders.some((folder) => test.includes(folder))
    const turns = [able.filter(isOwn), able.filter((test) => !isOwn(test))]
    const whole = able.reduce((sum, test) => sum + (this.#took.get(test) ?? 0), 0)
    const answer = await this.#answer({ path, turns }, Math.min(PATIENCE * whole + MINUTE_MS, LONGEST_MS))
    if (answer === undefined) return 'timed out'
    return answer.failed ? 'killed' : 'survived'
  }

  /** Ends what runs, with all that it has started. */
  end() {
    if (this.#child?.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    this.#child = undefined
  }

  async #all() {
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
  async #answer(task, patience) {
    const child = await this.#running()
    child.send(task)
    const over = new AbortController()
    const { signal } = over
    const answer = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(() => [{ failed: true, took: [] }]),
      wait(patience, 'late', { signal }),
    ])
    over.abort()
    if (answer !== 'late') return answer[0]
    this.end()
    return undefined
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
    const [{ files }] = await once(child, 'message')
    this.#files = files.filter((/** @type {string} */ file) => this.#names.some((name) => file.includes(name)))
    return child
  }
}
