import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isLock } from '../../base/durable-files.ts'
import { Failure, codeOf } from '../../base/failure.ts'

/** Waits until no other publisher holds a folder; returns the function that releases it. @throws {Failure} */
export async function lockFolder(folder: string, store: string): Promise<() => Promise<void>> {
  const lockfilePath = join(folder, 'head.lock')
  if (!isLock(lockfilePath)) {
    throw new Failure('world', `${lockfilePath} is not the lock of a publisher`, 'move it away and run this again')
  }
  // Loaded on demand: it handles signals, which would keep Ctrl-C from ending a check that a rule holds up.
  const { default: lockfile } = await import('proper-lockfile')
  for (let tries = 0; ; tries++) {
    try {
      return await lockfile.lock(folder, {
        lockfilePath,
        stale: STALE_MS,
        // A publisher that lost the lock finds out when it compares the head; thrown from a timer, this would end the
        // process.
        onCompromised: () => {},
      })
    } catch (error) {
      // Only a held lock is worth waiting for: a full disk will not be emptier in a moment.
      if (codeOf(error) !== 'ELOCKED') throw error
      if (tries === MOST_TRIES) {
        const help = 'wait for it to finish and run this again'
        throw new Failure('world', `${store} is locked by another publisher`, help, { cause: error })
      }
    }
    await sleep(PAUSE_MS * (1 + Math.random()))
  }
}

/** A killed publisher's lock becomes stale; the wait has to outlast several of them, and slow publishers, in a row. */
const MOST_TRIES = 3_000
const PAUSE_MS = 40
const STALE_MS = 5_000
