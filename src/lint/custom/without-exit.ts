/**
 * Runs a custom rule's code in such a way that it can neither end the program, which would pass for a clean check, nor
 * write into the report on stdout.
 */
export function confined<T>(act: () => T): T {
  const reallyExit: unknown = Reflect.get(process, 'reallyExit')
  const ends = { exit: process.exit, reallyExit }
  const { log, info, debug } = console
  Object.assign(process, { exit: refuse, reallyExit: refuse })
  Object.assign(console, { log: console.error, info: console.error, debug: console.error })
  try {
    return act()
  } finally {
    Object.assign(process, ends)
    Object.assign(console, { log, info, debug })
  }
}

function refuse(): never {
  throw new Error('it calls process.exit')
}
