import { CommanderError } from 'commander'
import type { ExitCode } from './exit-code.ts'
import type { Io } from './io.ts'
import { programFor } from './build-program.ts'

/**
 * Runs the command line: flags in, a library call, a report out. Each command is loaded only when it is called, since
 * otherwise most of a start would go into loading what it does not need.
 *
 * @param argv the arguments after the program's name
 */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = 0
  let refusal = ''
  const output = {
    writeOut: (text: string) => void io.stdout.write(text),
    // A wrong call may contain a key, so it is reported like any other failure.
    writeErr: (text: string) => void (refusal += text),
  }
  try {
    await programFor({ io, end: (ended) => (code = ended) }, output).parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    // Help and version are not errors.
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    const { reportFailure, reportMisuse } = await import('./report-failure.ts')
    return error instanceof CommanderError ? reportMisuse(io, refusal) : reportFailure(io, error)
  }
}
