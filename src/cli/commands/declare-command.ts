import { Command } from 'commander'
import type {
  Action,
  ArgumentSpec,
  ArgumentsOf,
  CommandSpec,
  FlagsIn,
  OptionSpec,
  OptionTable,
} from './command-spec.ts'
import type { ExitCode } from '../exit-code.ts'
import type { CommandIo, CommonFlags, Io } from '../io.ts'

/** One call of the program: where it writes, and who receives its exit code. */
export interface Call {
  readonly io: Io
  readonly end: (code: ExitCode) => void
}

/** Adds a command to the program, or to a group of commands. */
export type Declaration = (parent: Command, call: Call) => void

/** Declares a command from its spec. Its action is loaded when it is called, so that a start loads nothing else. */
export function command<A extends readonly ArgumentSpec[], O extends OptionTable>(
  spec: CommandSpec<A, O>,
  load: () => Promise<Action<A, O>>,
): Declaration {
  return (parent, { io, end }) => {
    const made = parent
      .command(spec.name)
      .description(spec.description)
      .option('--config <dir>', 'the configuration folder', 'config')
      .option('--format <format>', `${spec.formats.join(', ')} (default: ${spec.fallback ?? spec.formats[0]})`)
      .option('--no-color', 'no colours')
      .option('--quiet', 'errors alone on stderr')
      .exitOverride()
    formats.set(made, spec.formats)
    for (const [name, description] of spec.arguments) made.argument(name, description)
    if (spec.usage !== undefined) made.usage(spec.usage)
    for (const [name, option] of Object.entries(spec.options)) addOption(made, name, option)
    made.action(async () => {
      const given: unknown = made.processedArgs
      const flags: unknown = made.opts()
      if (!areArguments(given, spec.arguments) || !areFlags(flags, spec.options)) {
        throw new Error(`the arguments of ${spec.name} are not what its table says`)
      }
      const action = await load()
      end(await action(...given, flags, ioFor(flags, io)))
    })
  }
}

/** Declares commands that share a first word. */
export function group(name: string, description: string, commands: readonly Declaration[]): Declaration {
  return under(name, description, commands, false)
}

/** Does the same for commands that the help does not list. */
export function hidden(name: string, description: string, commands: readonly Declaration[]): Declaration {
  return under(name, description, commands, true)
}

function under(name: string, description: string, commands: readonly Declaration[], isHidden: boolean): Declaration {
  return (parent, call) => {
    const made = parent.command(name, { hidden: isHidden }).description(description)
    for (const declare of commands) declare(made, call)
  }
}

const formats = new WeakMap<Command, readonly string[]>()

/** Returns the formats that a command prints. */
export function formatsOf(made: Command): readonly string[] {
  return formats.get(made) ?? []
}

function addOption(made: Command, name: string, option: OptionSpec): void {
  const long = `--${option.isNegated === true ? 'no-' : ''}${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  const flags = option.value === undefined ? long : `${long} ${option.value}`
  if (option.isRequired === true) made.requiredOption(flags, option.description)
  else if (option.isRepeated === true) made.option(flags, option.description, collect)
  else made.option(flags, option.description, option.default)
}

/** Collects all values of an option that may be given several times. */
function collect(value: string, all: readonly string[] = []): readonly string[] {
  return [...all, value]
}

function areArguments<A extends readonly ArgumentSpec[]>(given: unknown, specs: A): given is ArgumentsOf<A> {
  if (!Array.isArray(given) || given.length !== specs.length) return false
  return specs.every(([name], i) => {
    const value: unknown = given[i]
    if (name.includes('...')) return areTexts(value)
    return typeof value === 'string' || (value === undefined && name.startsWith('['))
  })
}

function areFlags<O extends OptionTable>(flags: unknown, options: O): flags is FlagsIn<O> {
  if (typeof flags !== 'object' || flags === null) return false
  const values = new Map<string, unknown>(Object.entries(flags))
  return Object.entries({ ...COMMON, ...options }).every(([name, option]) => isValueOf(option, values.get(name)))
}

/** The options that every command accepts. */
const COMMON: Readonly<Record<keyof CommonFlags, OptionSpec>> = {
  config: { value: '<dir>', description: '', default: 'config' },
  format: { value: '<format>', description: '' },
  color: { description: '', isRequired: true },
  quiet: { description: '' },
}

function isValueOf({ value: placeholder, ...option }: OptionSpec, value: unknown): boolean {
  if (value === undefined) return option.isRequired !== true && option.default === undefined
  if (option.isRepeated === true) return areTexts(value)
  return typeof value === (placeholder === undefined ? 'boolean' : 'string')
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function ioFor({ quiet, color }: CommonFlags, io: Io): CommandIo {
  return { ...io, isQuiet: quiet === true, isColored: color }
}
