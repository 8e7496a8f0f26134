import { setImmediate as nextTurn } from 'node:timers/promises'

/** Milliseconds that loading may hold the event loop before it yields. */
const SLICE_MS = 4

/** Yields to the event loop once a time slice is used up; to be awaited between small pieces of work. */
export type Pause = () => Promise<void>

export function slices(ms = SLICE_MS): Pause {
  let begun = performance.now()
  return async () => {
    if (performance.now() - begun < ms) return
    await nextTurn()
    begun = performance.now()
  }
}

/** Processes the items, a few at a time; after a failure no further one is started. */
export async function inParallel<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]()
  let failed = false
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); !next.done && !failed; next = queue.next()) {
      try {
        await work(next.value)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const results = await Promise.allSettled(Array.from({ length: width }, worker))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
