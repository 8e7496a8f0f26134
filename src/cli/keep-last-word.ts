import type { ExitCode } from './exit-code.ts'

/**
 * Takes control of the exit code before a repository's custom rules are loaded: a rule that ends the process later, in
 * a timer or a handler of its own, would otherwise pass for a clean check. A rule's attempt to end the process is
 * blocked and counts as a failure; at its end the process exits by itself, before any exit handler of a rule.
 *
 * @param code the program's exit code so far
 * @param refused called in place of an exit by a rule
 */
export function keepLastWord(code: () => ExitCode, refused: () => void): void {
  const end: unknown = Reflect.get(process, 'reallyExit')
  if (typeof end !== 'function') return
  Object.assign(process, { exit: refused, reallyExit: refused })
  process.prependListener('exit', (ended) => {
    Reflect.apply(end, process, [code() === 0 ? ended : code()])
  })
}
