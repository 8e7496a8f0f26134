/** The result of a call: 70 our bug, 2 wrong usage, 3 environment failure, 1 wrong configuration, 0 clean. */
export type ExitCode = 0 | 1 | 2 | 3 | 70

/** Returns the code that takes precedence, such as that of lost output over a clean result. */
export function worse(one: ExitCode, other: ExitCode): ExitCode {
  return HIGHEST_FIRST.indexOf(one) < HIGHEST_FIRST.indexOf(other) ? one : other
}

const HIGHEST_FIRST: readonly ExitCode[] = [70, 2, 3, 1, 0]
