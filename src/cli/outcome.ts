import type { ExitCode } from './constants.ts'

let code: ExitCode = 0

/** How the command ended; of several ways to end, such as with an output that nobody got, the highest counts. */
export function finish(ended: ExitCode): void {
  if (HIGHEST_FIRST.indexOf(ended) < HIGHEST_FIRST.indexOf(code)) code = ended
  process.exitCode = code
}

const HIGHEST_FIRST: readonly ExitCode[] = [70, 2, 3, 1, 0]

let isKept = false

/**
 * Keeps the last word on how the program ends, before a repository's own rules are loaded into it: one that ends the
 * program later, in a timer or a handler of its own, would otherwise pass for a clean check. What ends it is not
 * done, and fails the command; at its end the program ends by itself, and before any handler of a rule's.
 */
export function keepLastWord(tell: (text: string) => void): void {
  const end: unknown = Reflect.get(process, 'reallyExit')
  if (isKept || typeof end !== 'function') return
  isKept = true
  const refuse = (): void => {
    finish(1)
    tell('a rule of the repository would have ended the program, which fails the check')
  }
  Object.assign(process, { exit: refuse, reallyExit: refuse })
  process.prependListener('exit', (ended) => {
    Reflect.apply(end, process, [code === 0 ? ended : code])
  })
}
