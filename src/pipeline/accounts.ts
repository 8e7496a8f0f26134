import { blobId } from '../git/blob.ts'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Content, TreeFile } from '../compile/read.ts'
import { type Bench, type CheckedAccount, checkAccount } from './account.ts'
import type { Configuration } from './configuration.ts'
import type { GlobalContent } from './globals.ts'
import { WorkerThread } from './worker-thread.ts'
import { type Parcel, unpack } from './parcel.ts'
import type { ChangeSet, FileChange } from './touched.ts'
import type { Job, Setup } from './worker.ts'

/** One account file to check; `before` is the id of the content that is known to be good already. */
export interface Work {
  readonly file: TreeFile
  readonly before?: string
}

export type Outcome = (CheckedAccount | Unchanged) & Comparable

/** Whether the content is another one than git has under the id that the file was listed with. */
interface Comparable {
  readonly differs?: true
}

interface Unchanged {
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
  // Source files run unbuilt cannot be loaded by a worker.
  const here = work.length < WORTH_WORKERS || import.meta.url.endsWith('.ts')
  if (here) {
    for await (const [{ file, before }, content] of withContents(work, configuration)) {
      yield compared(checkOne(file.path, content, before, bench), content, file.blob)
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

/** An outcome, and whether its content is what git has under an id. */
export function compared(outcome: Outcome, content: Content, blob: string | undefined): Outcome {
  if (blob === undefined || content === 'too-large') return outcome
  const id = 'stored' in outcome && outcome.stored !== undefined ? outcome.stored.blob : blobId(content)
  return id === blob ? outcome : { ...outcome, differs: true }
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
  const { known, when, changes, modules = [], judgesOnly = false } = bench
  const setup: Setup = {
    known,
    date: when.date,
    globals,
    modules,
    judgesOnly,
    changes: withoutAccounts(changes),
    shown: configuration.show(''),
  }
  const jobs = jobsOf(work, configuration, changes)
  const pool = Array.from({ length: availableParallelism() }, () => new WorkerThread(setup))
  try {
    const pending: Pending = new Map()
    // While it does one, the next one lies there: no worker waits for us.
    const places = [...pool, ...pool].map((thread) => ({ thread }))
    for (const place of places) await feed(place, jobs, pending)
    while (pending.size > 0) {
      const { place, answer } = await Promise.race(pending.values())
      pending.delete(place)
      await feed(place, jobs, pending)
      yield* unpack(answer)
    }
  } finally {
    await Promise.all(pool.map((thread) => thread.dismiss()))
  }
}

/** Where one job lies with a worker. */
interface Place {
  readonly thread: WorkerThread
}

type Pending = Map<Place, Promise<{ readonly place: Place; readonly answer: Parcel }>>

async function feed(place: Place, jobs: AsyncIterator<Job>, pending: Pending): Promise<void> {
  const next = await jobs.next()
  if (next.done === true) return
  const done = place.thread.do(next.value).then((answer) => ({ place, answer }))
  // It may fail before anybody waits for it.
  done.catch(() => {})
  pending.set(place, done)
}

/** Batches of work: a folder's files by name, which the worker reads itself; a revision's with their content. */
async function* jobsOf(
  work: readonly Work[],
  configuration: Configuration,
  changes: ChangeSet | undefined,
): AsyncGenerator<Job> {
  const was = (path: string): { was?: FileChange['before'] } => {
    const change = changes === 'everything' ? undefined : changes?.get(path)
    return change === undefined ? {} : { was: change.before }
  }
  if (configuration.from === 'folder') {
    for (let i = 0; i < work.length; i += BATCH) {
      yield work.slice(i, i + BATCH).map(({ file, before }) => {
        const { path, blob } = file
        return { path, blob, before, ...was(path), at: join(configuration.folder, path) }
      })
    }
    return
  }
  let batch: Job[number][] = []
  for await (const [{ file, before }, content] of withContents(work, configuration)) {
    batch.push({ path: file.path, before, ...was(file.path), content })
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** What every worker is told of a change; what it did to an account's file goes with that file. */
function withoutAccounts(changes: ChangeSet | undefined): ChangeSet | undefined {
  if (changes === undefined || changes === 'everything') return changes
  return new Map([...changes].filter(([, { kind }]) => kind !== 'account'))
}
