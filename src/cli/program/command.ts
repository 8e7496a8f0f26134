import type { Command } from 'commander'
import { KEYS_FOLDER } from '../constants.ts'
import type { ExitCode } from '../exit-code.ts'
import type { CommandIo, CommonFlags, Io } from '../io.ts'

/** One call of the program: where it writes, and who is told how it ended. */
export interface Call {
  readonly io: Io
  readonly ioFor: (flags: CommonFlags) => CommandIo
  readonly end: (code: ExitCode) => void
}

/** What a command prints where no format is asked for, which depends on who reads. */
export const FOR_READER = 'pretty on a terminal, json elsewhere'

/** A command with the flags that every command takes. */
export function command(
  parent: Command,
  name: string,
  description: string,
  allowed: readonly string[],
  fallback = allowed[0],
): Command {
  const made = parent
    .command(name)
    .description(description)
    .option('--config <dir>', 'the configuration folder', 'config')
    .option('--format <format>', `${allowed.join(', ')} (default: ${fallback})`)
    .option('--no-color', 'no colours')
    .option('--quiet', 'errors alone on stderr')
    .exitOverride()
  formats.set(made, allowed)
  return made
}

const formats = new WeakMap<Command, readonly string[]>()

/** The formats that a command prints. */
export function formatsOf(made: Command): readonly string[] {
  return formats.get(made) ?? []
}

/** A command that edits accounts, in place or by a pull request. */
export function edit(parent: Command, name: string, description: string, allowed: readonly string[]): Command {
  return command(parent, name, description, allowed)
    .option('--pr', 'leave the files alone and open a pull request with the change, or update the one that has it')
    .option('--remote <name>', 'the remote to propose to (default: origin)')
    .option('--base <branch>', 'the branch to change (default: the repository’s default branch)')
    .option('--forge <forge>', 'whose server the remote is: github, gitlab (default: by its name)')
}

/** A change of the root: signed by the root keys, which are brought for it. */
export function ceremony(parent: Command, name: string, description: string): Command {
  return command(parent, name, description, ['pretty', 'json']).option(
    '--keys <dir>',
    'where private keys are read and written',
    KEYS_FOLDER,
  )
}

/** Of an option that may be given several times, all values. */
export function collect(value: string, all: readonly string[] = []): readonly string[] {
  return [...all, value]
}

/**
 * An empty value is most often a variable that nobody set, and an empty path would be the working directory: no
 * flag takes one.
 */
export function refuseEmpty(called: Command): void {
  for (const option of called.options) {
    const value: unknown = called.getOptionValue(option.attributeName())
    const isEmpty = value === '' || (Array.isArray(value) && value.includes(''))
    if (isEmpty) called.error(`error: option '${option.flags}' needs a value, and got an empty one`, { exitCode: 2 })
  }
}
