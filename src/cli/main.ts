#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { VERSION } from './constants.ts'
import { finish } from './outcome.ts'
import { refuseEmpty } from './program/command.ts'
import { addEditing } from './program/editing.ts'
import { addJudging } from './program/judging.ts'
import { addKeys } from './program/keys.ts'
import { addPublishing } from './program/publishing.ts'
import { addShell } from './program/shell.ts'

/**
 * The command line: flags in, a library call, a report out. Each command is loaded when it is called, and
 * nothing else before: most of a start would be loading what it does not need.
 * Exit codes, highest first: 70 our bug, 2 wrong usage, 3 the world failed, 1 the configuration is wrong, 0 clean.
 */
let refusal = ''
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
  // What was called wrongly may hold a key, so that it is told as any other failure is.
  .configureOutput({ writeErr: (text) => void (refusal += text) })
  .hook('preAction', (_, called) => refuseEmpty(called))

// A reader that has seen enough, such as `head`, closes the pipe: that is no error. A full disk is one.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return
  finish(3)
  void import('./report-failure.ts').then(({ reportLost: tellLost }) => tellLost(error))
})

// Whoever does not read what goes wrong still gets the exit code.
process.stderr.on('error', () => {})

// A file over the limit that `ulimit -f` sets is a failed write, which is told like any other, and not our end.
process.on('SIGXFSZ', () => {})

addJudging(program)
addPublishing(program)
addEditing(program)
addKeys(program)
addShell(program)
// For the program alone: the commands have taken their own line from above by now.
program.showHelpAfterError('(run with --help for what there is; flags stand after the command)')

try {
  await program.parseAsync()
} catch (error) {
  // Help and version are no errors.
  if (error instanceof CommanderError && error.exitCode === 0) finish(0)
  else {
    const { reportFailure: tell, reportMisuse: tellMisuse } = await import('./report-failure.ts')
    finish(error instanceof CommanderError ? tellMisuse(refusal) : tell(error))
  }
}
