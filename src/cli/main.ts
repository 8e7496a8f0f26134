#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { Failure } from '../compile/failure.ts'
import { visible } from '../report/visible.ts'
import { type ExitCode, VERSION } from './io.ts'
import { finish, outcome } from './outcome.ts'
import { addEditing } from './program/editing.ts'
import { addJudging } from './program/judging.ts'
import { addKeys } from './program/keys.ts'
import { addPublishing } from './program/publishing.ts'
import { redacted } from './redact.ts'

/**
 * The command line: flags in, a library call, a report out. Each command is loaded when it is called.
 * Exit codes, highest first: 70 our bug, 2 wrong usage, 3 the world failed, 1 the configuration is wrong, 0 clean.
 */
const program = new Command('tenfold')
  .description('AI settings as YAML in git: checked, compiled, published, and answered in nanoseconds')
  .version(VERSION)
  .showSuggestionAfterError()
  .showHelpAfterError('(run with --help for what there is)')
  .exitOverride()

const EXIT = { usage: 2, world: 3, refused: 1 } as const

// A reader that has seen enough, such as `head`, closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(outcome())
})

// A file over the limit that `ulimit -f` sets is a failed write, which is told like any other, and not our end.
process.on('SIGXFSZ', () => {})

addJudging(program)
addPublishing(program)
addEditing(program)
addKeys(program)

try {
  await program.parseAsync()
} catch (error) {
  finish(codeFor(error))
}
process.exitCode = outcome()

function codeFor(error: unknown): ExitCode {
  // Commander has printed its own message by now; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof Failure) {
    process.stderr.write(`error: ${visible(redacted(error.message))}\n help: ${visible(redacted(error.help))}\n`)
    return EXIT[error.kind]
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `error: tenfold has a bug. Please report it with what follows and the command that you ran.\n` +
      `tenfold ${VERSION}, node ${process.version}, ${process.platform}\n${redacted(trace)}\n`,
  )
  return 70
}
