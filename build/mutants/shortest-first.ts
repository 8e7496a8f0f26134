import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Runs first what takes least: the first test that fails ends the run of a mutant, and most mutants fail many. What
 * counts is how long a file took in whole, which is how long it took at first.
 */
export class ShortestFirst extends BaseSequencer {
  readonly #took = new Map<string, number>()

  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => this.#timeOf(a) - this.#timeOf(b))
  }

  #timeOf({ project, moduleId }: TestSpecification): number {
    const known = this.#took.get(moduleId)
    if (known !== undefined) return known
    const key = `${project.name}:${relative(this.ctx.config.root, moduleId)}`
    const duration = this.ctx.cache.getFileTestResults(key)?.duration
    if (duration !== undefined) this.#took.set(moduleId, duration)
    return duration ?? 0
  }
}
