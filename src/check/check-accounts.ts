import type { Configuration } from '../source/open-configuration.ts'
import type { CheckContext } from './check-context.ts'
import type { GlobalContent } from './check-global-files.ts'
import { type Outcome, type Work, checkOne } from './check-account.ts'
import { inWorkers } from './workers/worker-pool.ts'

/** Fewer files than this are checked here: starting workers would take longer. */
const WORTH_WORKERS = 400

/**
 * Checks many account files, each parsed once, in as many workers as there are cores where there are many files.
 * The order of the outcomes is not that of the work.
 */
export async function* checkAccounts(
  work: readonly Work[],
  configuration: Configuration,
  context: CheckContext,
  globals: readonly GlobalContent[],
): AsyncGenerator<Outcome> {
  // Source files run unbuilt cannot be loaded by a worker.
  const here = work.length < WORTH_WORKERS || import.meta.url.endsWith('.ts')
  if (here) {
    for await (const [one, content] of configuration.contents(work)) yield checkOne(one, content, context)
    return
  }
  yield* inWorkers(work, configuration, context, globals)
}
