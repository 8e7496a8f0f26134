/**
 * Runs what a repository's own rule does, such that it can neither end the program, which would pass for a clean check,
 * nor write into the report on stdout.
 */
export function confined<T>(act: () => T): T {
  const { exit } = process
  const { log, info, debug } = console
  process.exit = (): never => {
    throw new Error('it calls process.exit')
  }
  Object.assign(console, { log: console.error, info: console.error, debug: console.error })
  try {
    return act()
  } finally {
    process.exit = exit
    Object.assign(console, { log, info, debug })
  }
}
