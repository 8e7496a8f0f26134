import { join } from 'node:path'
import { isLock } from '../../base/durable-files.ts'
import { Failure, codeOf } from '../../base/failure.ts'

/** Waits until nobody else publishes to a folder; gives what lets the next one in. @throws {Failure} */
export async function lockFolder(folder: string, store: string): Promise<() => Promise<void>> {
  const lockfilePath = join(folder, 'head.lock')
  if (!isLock(lockfilePath)) {
    throw new Failure('world', `${lockfilePath} is not the lock of a publisher`, 'move it away and run this again')
  }
  // Loaded when it is needed: it handles signals, which would keep Ctrl-C from ending a check that a rule holds up.
  const { default: lockfile } = await import('proper-lockfile')
  try {
    return await lockfile.lock(folder, {
      lockfilePath,
      stale: STALE_MS,
      // Whoever lost the lock finds out when it compares the head; thrown from a timer, this would end the process.
      onCompromised: () => {},
      // A killed publisher's lock turns stale; waiting has to outlast several of them, and slow ones, one after another.
      retries: { retries: 3_000, factor: 1, minTimeout: 40, maxTimeout: 40, randomize: true },
    })
  } catch (error) {
    if (codeOf(error) !== 'ELOCKED') throw error
    throw new Failure('world', `${store} is locked by another publisher`, 'wait for it to finish and run this again', {
      cause: error,
    })
  }
}

const STALE_MS = 5_000
