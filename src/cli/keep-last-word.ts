import type { ExitCode } from './exit-code.ts'

/**
 * Keeps the last word on how the process ends, before a repository's own rules are loaded into it: one that ends the
 * process later, in a timer or a handler of its own, would otherwise pass for a clean check. What ends it is not done,
 * and counts as a failure; at its end the process ends by itself, and before any handler of a rule's.
 *
 * @param code how the program has ended so far
 * @param refused called where a rule would have ended it
 */
export function keepLastWord(code: () => ExitCode, refused: () => void): void {
  const end: unknown = Reflect.get(process, 'reallyExit')
  if (typeof end !== 'function') return
  Object.assign(process, { exit: refused, reallyExit: refused })
  process.prependListener('exit', (ended) => {
    Reflect.apply(end, process, [code() === 0 ? ended : code()])
  })
}
