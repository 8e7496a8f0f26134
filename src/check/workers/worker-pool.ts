import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Configuration } from '../../source/open-configuration.ts'
import type { CheckContext } from '../check-context.ts'
import type { GlobalContent } from '../check-global-files.ts'
import type { Outcome, Work } from '../check-account.ts'
import type { ChangeSet, FileChange } from '../since/change-set.ts'
import type { Job, Setup } from './job.ts'
import { type Parcel, unpack } from './pack-outcomes.ts'
import { WorkerThread } from './worker-thread.ts'

const BATCH = 200

/** Does the same in as many worker threads as there are cores. */
export async function* inWorkers(
  work: readonly Work[],
  configuration: Configuration,
  context: CheckContext,
  globals: readonly GlobalContent[],
): AsyncGenerator<Outcome> {
  const { known, when, changes, modules = [], diagnosticsOnly = false } = context
  const setup: Setup = {
    known,
    date: when.date,
    globals,
    modules,
    diagnosticsOnly,
    changes: withoutAccounts(changes),
    shown: configuration.show(''),
  }
  const jobs = jobsOf(work, configuration, changes)
  const pool = Array.from({ length: availableParallelism() }, () => new WorkerThread(setup))
  try {
    const pending: Pending = new Map()
    // While it does one, the next one is waiting there: no worker waits for us.
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

/** The place of one job with a worker. */
interface Place {
  readonly thread: WorkerThread
}

type Pending = Map<Place, Promise<{ readonly place: Place; readonly answer: Parcel }>>

async function feed(place: Place, jobs: AsyncIterator<Job>, pending: Pending): Promise<void> {
  const next = await jobs.next()
  if (next.done === true) return
  const done = place.thread.do(next.value).then((answer) => ({ place, answer }))
  // It may fail before anything waits for it.
  done.catch(() => {})
  pending.set(place, done)
}

/** Yields batches of work: a folder's files by name, which the worker reads itself; a revision's with their content. */
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
      yield work.slice(i, i + BATCH).map(({ path, blob, before }) => {
        return { path, blob, before, ...was(path), at: join(configuration.folder, path) }
      })
    }
    return
  }
  let batch: Job[number][] = []
  for await (const [{ path, before }, content] of configuration.contents(work)) {
    batch.push({ path, before, ...was(path), content })
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** Returns what every worker receives of a change; the effect on an account's file goes with that file. */
function withoutAccounts(changes: ChangeSet | undefined): ChangeSet | undefined {
  if (changes === undefined || changes === 'everything') return changes
  return new Map([...changes].filter(([, { kind }]) => kind !== 'account'))
}
