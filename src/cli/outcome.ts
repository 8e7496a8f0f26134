import type { ExitCode } from './constants.ts'

let code: ExitCode = 0

/** How the command ended. */
export function finish(ended: ExitCode): void {
  code = ended
}

export function outcome(): ExitCode {
  return code
}
