import { parentPort, workerData } from 'node:worker_threads'
import { Failure } from '../compile/failure.ts'
import type { Known } from '../compile/link.ts'
import { type Content, readContent } from '../compile/read.ts'
import type { Bench } from './account.ts'
import { type Outcome, checkOne } from './accounts.ts'
import { lazily } from './common.ts'
import type { GlobalContent } from './globals.ts'

/** What a worker is told once. */
export interface Setup {
  readonly known: Known
  readonly date: string | undefined
  readonly globals: readonly GlobalContent[]
  /** What people are shown before a path of the configuration. */
  readonly shown: string
}

export type Job = readonly ({ readonly path: string; readonly before: string | undefined } & (
  | { readonly at: string }
  | { readonly content: Content }
))[]

export interface Answer {
  readonly outcomes: readonly Outcome[]
}

/** What the world refused while the worker was at it. */
export interface Refusal {
  readonly failure: { readonly message: string; readonly help: string }
}

const setup: Setup = workerData
const bench: Bench = {
  known: setup.known,
  when: { date: setup.date },
  // A global file is parsed here only when a diagnostic has to name a place in it.
  globals: lazily(setup.globals),
  show: (path) => `${setup.shown}${path}`,
}

parentPort?.on('message', (job: Job) => {
  try {
    const outcomes = job.map((one) => {
      return checkOne(one.path, 'at' in one ? readContent(one.at) : one.content, one.before, bench)
    })
    parentPort?.postMessage({ outcomes } satisfies Answer)
  } catch (error) {
    // An error loses its class on the way; a failure is worth keeping, what we got wrong ends the worker.
    if (!(error instanceof Failure)) throw error
    parentPort?.postMessage({ failure: { message: error.message, help: error.help } } satisfies Refusal)
  }
})
