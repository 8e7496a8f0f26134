import { parentPort, workerData } from 'node:worker_threads'
import { Failure } from '../base/failure.ts'
import type { Known } from '../compile/link.ts'
import { type Content, readContent } from '../compile/read.ts'
import { evaluateRules } from '../lint/own/evaluate.ts'
import type { RuleModule } from '../lint/own/module.ts'
import type { When } from '../lint/rule.ts'
import { rules as ourRules } from '../lint/rules.ts'
import type { Bench } from './account.ts'
import { checkOne, compared } from './accounts.ts'
import { lazily } from './common.ts'
import type { GlobalContent } from './globals.ts'
import { pack } from './parcel.ts'
import { type ChangeSet, touchedBy } from './touched.ts'

/** What a worker is told once. */
export interface Setup {
  readonly known: Known
  readonly date: string | undefined
  readonly globals: readonly GlobalContent[]
  /** What the change under review did to the globals. */
  readonly changes: ChangeSet | undefined
  /** A repository's own rules: functions cannot be sent, their text can. */
  readonly modules: readonly RuleModule[]
  readonly judgesOnly: boolean
  /** What people are shown before a path of the configuration. */
  readonly shown: string
}

export type Job = readonly ({
  readonly path: string
  readonly before: string | undefined
  /** The content before the change under review: absent where that left the file alone, undefined where none was. */
  readonly was?: Content | undefined
} & ({ readonly at: string; readonly blob: string | undefined } | { readonly content: Content }))[]

/** What the world refused while the worker was at it. */
export interface Refusal {
  readonly failure: { readonly message: string; readonly help: string }
}

// What `Worker` was given is typed by nobody: worker-thread.ts is the only one to start us.
// oxlint-disable-next-line typescript/no-unsafe-assignment
const setup: Setup = workerData
const bench: Bench = {
  known: setup.known,
  when: whenOf(setup.changes),
  // A global file is parsed here only when a diagnostic has to name a place in it.
  globals: lazily(setup.globals),
  show: (path) => `${setup.shown}${path}`,
  judgesOnly: setup.judgesOnly,
  ...(setup.modules.length > 0 && { rules: [...ourRules, ...evaluateRules(setup.modules).rules] }),
}

parentPort?.on('message', (job: Job) => {
  try {
    const outcomes = job.map((one) => {
      const content = 'at' in one ? readContent(one.at, one.blob) : one.content
      const given = 'was' in one ? benchFor(one.path, one.was, content) : bench
      const outcome = checkOne(one.path, content, one.before, given)
      return 'at' in one ? compared(outcome, content, one.blob) : outcome
    })
    parentPort?.postMessage(pack(outcomes))
  } catch (error) {
    // An error loses its class on the way; a failure is worth keeping, what we got wrong ends the worker.
    if (!(error instanceof Failure)) throw error
    parentPort?.postMessage({ failure: { message: error.message, help: error.help } } satisfies Refusal)
  }
})

function whenOf(changes: ChangeSet | undefined): When {
  return { date: setup.date, ...(changes !== undefined && { touched: touchedBy(changes) }) }
}

/** The bench of an account whose file the change under review wrote. */
function benchFor(path: string, before: Content | undefined, after: Content): Bench {
  const { changes } = setup
  if (changes === undefined || changes === 'everything') return bench
  return { ...bench, when: whenOf(new Map([...changes, [path, { kind: 'account', before, after }]])) }
}
