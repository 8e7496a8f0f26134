import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Content, type TreeFile, blobId } from '../compile/read.ts'
import { Failure } from '../compile/failure.ts'
import { type Bench, type CheckedAccount, checkAccount } from './account.ts'
import type { Configuration } from './configuration.ts'
import type { GlobalContent } from './globals.ts'
import type { Answer, Job, Refusal, Setup } from './worker.ts'

/** One account file to check; `before` is the id of the content that is known to be good already. */
export interface Work {
  readonly file: TreeFile
  readonly before?: string
}

export type Outcome = CheckedAccount | Unchanged

export interface Unchanged {
  readonly path: string
  readonly unchanged: true
}

/** Fewer files than this are checked here: starting workers would take longer. */
const WORTH_WORKERS = 400
const BATCH = 200

/**
 * Checks many account files, each parsed once, in as many workers as there are cores where there are many files.
 * The order of the outcomes is not that of the work.
 */
export async function* checkAccounts(
  work: readonly Work[],
  configuration: Configuration,
  bench: Bench,
  globals: readonly GlobalContent[],
): AsyncGenerator<Outcome> {
  // Source files run unbuilt cannot be loaded by a worker, and what is a function cannot be sent to one.
  const isOurs = bench.rules !== undefined || bench.when.touched !== undefined
  const here = work.length < WORTH_WORKERS || import.meta.url.endsWith('.ts') || isOurs
  if (here) {
    for await (const [{ file, before }, content] of withContents(work, configuration)) {
      yield checkOne(file.path, content, before, bench)
    }
    return
  }
  yield* inWorkers(work, configuration, bench, globals)
}

/** One file, unless its content is what it was. */
export function checkOne(path: string, content: Content, before: string | undefined, bench: Bench): Outcome {
  if (before !== undefined && content !== 'too-large' && blobId(content) === before) return { path, unchanged: true }
  return checkAccount(path, content, bench)
}

async function* withContents(work: readonly Work[], configuration: Configuration): AsyncGenerator<[Work, Content]> {
  const byFile = new Map(work.map((one) => [one.file.path, one]))
  for await (const [{ path }, content] of configuration.contents(work.map(({ file }) => file))) {
    const one = byFile.get(path)
    if (one !== undefined) yield [one, content]
  }
}

async function* inWorkers(
  work: readonly Work[],
  configuration: Configuration,
  bench: Bench,
  globals: readonly GlobalContent[],
): AsyncGenerator<Outcome> {
  const { known, when } = bench
  const setup: Setup = { known, date: when.date, globals, shown: configuration.show('') }
  const jobs = jobsOf(work, configuration)
  const pool = Array.from({ length: availableParallelism() }, () => new Hand(setup))
  try {
    const pending = new Map<Hand, Promise<{ hand: Hand; answer: Answer }>>()
    for (const hand of pool) await feed(hand, jobs, pending)
    while (pending.size > 0) {
      const { hand, answer } = await Promise.race(pending.values())
      pending.delete(hand)
      await feed(hand, jobs, pending)
      yield* answer.outcomes
    }
  } finally {
    await Promise.all(pool.map((hand) => hand.dismiss()))
  }
}

async function feed(
  hand: Hand,
  jobs: AsyncIterator<Job>,
  pending: Map<Hand, Promise<{ hand: Hand; answer: Answer }>>,
): Promise<void> {
  const next = await jobs.next()
  if (next.done !== true) pending.set(hand, hand.do(next.value).then((answer) => ({ hand, answer })))
}

/** Batches of work: a folder's files by name, which the worker reads itself; a revision's with their content. */
async function* jobsOf(work: readonly Work[], configuration: Configuration): AsyncGenerator<Job> {
  if (configuration.from === 'folder') {
    for (let i = 0; i < work.length; i += BATCH) {
      yield work.slice(i, i + BATCH).map(({ file, before }) => {
        return { path: file.path, before, at: join(configuration.folder, file.path) }
      })
    }
    return
  }
  let batch: Job[number][] = []
  for await (const [{ file, before }, content] of withContents(work, configuration)) {
    batch.push({ path: file.path, before, content })
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** One worker thread, one job at a time. */
class Hand {
  readonly #worker: Worker
  #job: { resolve(answer: Answer): void; reject(error: unknown): void } | undefined

  constructor(setup: Setup) {
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: setup })
    this.#worker.on('message', (answer: Answer | Refusal) => {
      if ('failure' in answer) this.#job?.reject(new Failure('world', answer.failure.message, answer.failure.help))
      else this.#job?.resolve(answer)
    })
    this.#worker.on('error', (error) => this.#job?.reject(error))
    this.#worker.on('exit', (code) => this.#job?.reject(new Error(`a worker ended with code ${code}`)))
  }

  do(job: Job): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#job = { resolve, reject }
      this.#worker.postMessage(job)
    })
  }

  async dismiss(): Promise<void> {
    this.#job = undefined
    await this.#worker.terminate()
  }
}
