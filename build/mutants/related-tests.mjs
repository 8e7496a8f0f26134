import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** What a module loads when it runs, at once or later: types are gone by then. */
const LOADS = /\b(?:import|export)\s+(?!type\b)(?:[^'";]*?\bfrom\s+)?'(\.[^']+\.ts)'|\bimport\(\s*'(\.[^']+\.ts)'/g

/**
 * Which modules a test loads, so that a mutant is tried by the tests that can notice it and by no other. A test that
 * calls the program loads all of it.
 */
export class RelatedTests {
  /** @type {string} */
  #program
  /** @type {string} */
  #runner
  /** @type {Map<string, readonly string[]>} */
  #direct = new Map()
  /** @type {Map<string, ReadonlySet<string>>} */
  #all = new Map()

  constructor(/** @type {string} */ root) {
    this.#program = join(root, 'src/cli/main.ts')
    this.#runner = join(root, 'test/support/run.ts')
  }

  /** Whether a test file loads a module. */
  loads(/** @type {string} */ test, /** @type {string} */ module) {
    let all = this.#all.get(test)
    if (all === undefined) this.#all.set(test, (all = this.#reached(test)))
    return all.has(module)
  }

  #reached(/** @type {string} */ from) {
    const reached = new Set([from])
    for (const module of reached) for (const next of this.#loadedBy(module)) reached.add(next)
    return reached
  }

  /** @returns {readonly string[]} */
  #loadedBy(/** @type {string} */ module) {
    let loaded = this.#direct.get(module)
    if (loaded !== undefined) return loaded
    const text = existsSync(module) ? readFileSync(module, 'utf8') : ''
    const named = [...text.matchAll(LOADS)].map(([, now, later]) => resolve(dirname(module), now ?? later ?? ''))
    loaded = module === this.#runner ? [...named, this.#program] : named
    this.#direct.set(module, loaded)
    return loaded
  }
}
