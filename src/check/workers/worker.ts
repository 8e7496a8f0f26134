import { parentPort, workerData } from 'node:worker_threads'
import { Failure } from '../../base/failure.ts'
import { type FileContent, readContent } from '../../source/list-folder.ts'
import { evaluateRules } from '../../lint/custom/evaluate-rules.ts'
import type { When } from '../../lint/rule.ts'
import { rules as ourRules } from '../../lint/generated/registry.ts'
import type { CheckContext } from '../check-context.ts'
import { checkOne } from '../check-account.ts'
import { lazily } from '../check-globals.ts'
import type { Job, Refusal, Setup } from './job.ts'
import { pack } from './pack-outcomes.ts'
import { type ChangeSet, touchedBy } from '../since/change-set.ts'

// Nothing types what `Worker` was given: worker-thread.ts is the only one to start us.
// oxlint-disable-next-line typescript/no-unsafe-assignment
const setup: Setup = workerData
const context: CheckContext = {
  known: setup.known,
  when: whenOf(setup.changes),
  // A global file is parsed here only when a diagnostic has to name a place in it.
  globals: lazily(setup.globals),
  show: (path) => `${setup.shown}${path}`,
  diagnosticsOnly: setup.diagnosticsOnly,
  ...(setup.modules.length > 0 && { rules: [...ourRules, ...evaluateRules(setup.modules).rules] }),
}

parentPort?.on('message', (job: Job) => {
  try {
    const outcomes = job.map((one) => {
      const content = 'at' in one ? readContent(one.at, one.blob) : one.content
      const given = 'was' in one ? contextFor(one.path, one.was, content) : context
      return checkOne(one, content, given)
    })
    parentPort?.postMessage(pack(outcomes))
  } catch (error) {
    // An error loses its class on the way; a failure is worth keeping, while our own mistakes end the worker.
    if (!(error instanceof Failure)) throw error
    parentPort?.postMessage({ failure: { message: error.message, help: error.help } } satisfies Refusal)
  }
})

function whenOf(changes: ChangeSet | undefined): When {
  return { date: setup.date, ...(changes !== undefined && { touched: touchedBy(changes) }) }
}

/** Returns the context of an account whose file the change under review wrote. */
function contextFor(path: string, before: FileContent | undefined, after: FileContent): CheckContext {
  const { changes } = setup
  if (changes === undefined || changes === 'everything') return context
  return { ...context, when: whenOf(new Map([...changes, [path, { kind: 'account', before, after }]])) }
}
