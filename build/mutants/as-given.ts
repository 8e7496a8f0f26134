import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Runs files of tests in the order in which they are given. */
export class AsGiven extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files
  }
}
