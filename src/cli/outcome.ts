import type { ExitCode } from './constants.ts'

let code: ExitCode = 0

/** How the command ended; of several ways to end, such as with an output that nobody got, the highest counts. */
export function finish(ended: ExitCode): void {
  if (HIGHEST_FIRST.indexOf(ended) < HIGHEST_FIRST.indexOf(code)) code = ended
  process.exitCode = code
}

const HIGHEST_FIRST: readonly ExitCode[] = [70, 2, 3, 1, 0]
