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
