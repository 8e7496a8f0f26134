import { Command, CommanderError, type OutputConfiguration } from 'commander'
import type { Call } from './commands/declare-command.ts'
import { COMMANDS } from './commands/index.ts'
import type { ExitCode } from './exit-code.ts'
import type { Io } from './io.ts'
import { VERSION } from './version.ts'

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

/** Builds the program for one call of it. */
function programFor(call: Call, output: OutputConfiguration): Command {
  const program = new Command('tenfold')
    .description('AI settings as YAML in git: checked, compiled, published, and answered in nanoseconds')
    .version(VERSION)
    .showSuggestionAfterError()
    .showHelpAfterError('(run with --help for what there is)')
    // The column of names is narrow enough for the words beside it to be wrapped at 80 columns.
    .configureHelp({
      minWidthToWrap: 24,
      subcommandTerm: (one) => `${one.name()} ${one.usage().replace(/\[(options|command)\] ?/g, '')}`.trim(),
    })
    .addHelpText(
      'after',
      `
Exit codes: 0 clean, 1 the configuration is wrong, 2 wrong usage, 3 the world
failed (disk, network, store, a missing key), 70 our bug.`,
    )
    .exitOverride()
    .configureOutput(output)
    .hook('preAction', (_, called) => refuseEmpty(called))
  for (const declare of COMMANDS) declare(program, call)
  // For the program alone: the commands have taken their own line from above by now.
  return program.showHelpAfterError('(run with --help for what there is; flags stand after the command)')
}

/**
 * An empty value is most often a variable that nobody set, and an empty path would be the working directory: no
 * flag takes one.
 */
function refuseEmpty(called: Command): void {
  for (const option of called.options) {
    const value: unknown = called.getOptionValue(option.attributeName())
    const isEmpty = value === '' || (Array.isArray(value) && value.includes(''))
    if (isEmpty) called.error(`error: option '${option.flags}' needs a value, and got an empty one`, { exitCode: 2 })
  }
}
