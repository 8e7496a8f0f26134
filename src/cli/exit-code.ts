/** How a call ended: 70 our bug, 2 wrong usage, 3 the environment failed, 1 the configuration is wrong, 0 clean. */
export type ExitCode = 0 | 1 | 2 | 3 | 70

/** Of two ways to end, such as clean and with an output that nobody got, the one that counts. */
export function worse(one: ExitCode, other: ExitCode): ExitCode {
  return HIGHEST_FIRST.indexOf(one) < HIGHEST_FIRST.indexOf(other) ? one : other
}

const HIGHEST_FIRST: readonly ExitCode[] = [70, 2, 3, 1, 0]
