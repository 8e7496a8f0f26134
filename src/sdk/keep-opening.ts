import { delayAfter } from './retry-delay.ts'
import { TenfoldError, type TenfoldErrorCode } from './tenfold-error.ts'

/** Opening again does not help against these: an option has to be another. */
const FINAL: ReadonlySet<TenfoldErrorCode> = new Set([
  'unsupported_store',
  'invalid_option',
  'trust_required',
  'invalid_trust',
  'environment_changed',
])

/** Whether no other try would open the settings. */
export function isFinal(error: unknown): boolean {
  return !(error instanceof TenfoldError) || FINAL.has(error.code)
}

/**
 * Opens settings, again and again where the store cannot be read yet: for what must start before its store does.
 *
 * @param failed called with each failure after which it is tried again.
 * @param everyMs milliseconds to wait after the first failure, and longer after each.
 * @throws what no other try would mend, and the last failure once the signal is aborted.
 */
export async function keepOpening<T>(
  open: () => Promise<T>,
  failed: (error: TenfoldError) => void,
  everyMs: number,
  signal: AbortSignal,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await open()
    } catch (error) {
      if (!(error instanceof TenfoldError) || isFinal(error) || signal.aborted) throw error
      failed(error)
      await waited(delayAfter(failures, everyMs), signal)
      if (signal.aborted) throw error
    }
  }
}

function waited(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms).unref()
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
