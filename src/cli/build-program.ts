import { Command, type OutputConfiguration } from 'commander'
import { COMMANDS } from './commands/index.ts'
import { VERSION } from './version.ts'
import type { Call } from './commands/declare-command.ts'

/** Builds the program for one call of it. */
export function programFor(call: Call, output: OutputConfiguration): Command {
  const program = new Command('tenfold')
    .description('AI settings as YAML in git: checked, compiled, published, and answered in nanoseconds')
    .version(VERSION)
    .showSuggestionAfterError()
    .showHelpAfterError('(run with --help for what there is)')
    // The column of names is narrow enough for the descriptions beside it to be wrapped at 80 columns.
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
  // For the program alone: the commands have already inherited the setting above.
  return program.showHelpAfterError('(run with --help for what there is; flags stand after the command)')
}

/**
 * Refuses empty values: one usually comes from an unset variable, and an empty path would be the working directory. No
 * flag accepts one.
 */
function refuseEmpty(called: Command): void {
  for (const option of called.options) {
    const value: unknown = called.getOptionValue(option.attributeName())
    const isEmpty = value === '' || (Array.isArray(value) && value.includes(''))
    if (isEmpty) called.error(`error: option '${option.flags}' needs a value, and got an empty one`, { exitCode: 2 })
  }
}
