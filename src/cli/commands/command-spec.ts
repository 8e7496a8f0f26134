import type { ExitCode } from '../exit-code.ts'
import type { CommandIo, CommonFlags } from '../io.ts'

/** A command's arguments and options, defined once for commander, the help and the type of its action. */
export interface CommandSpec<A extends readonly ArgumentSpec[], O extends OptionTable> {
  readonly name: string
  readonly description: string
  /** The formats that it prints; the first one is the default, unless `fallback` names another. */
  readonly formats: readonly string[]
  readonly fallback?: string
  readonly arguments: A
  /** What the help shows for the arguments, if commander's own text would be too short. */
  readonly usage?: string
  readonly options: O
}

/** `<account>`, `[function]`, `<account...>`, and a description. */
export type ArgumentSpec = readonly [name: string, description: string]

/** By the name of its value: `dropOverrides` is `--drop-overrides`. */
export type OptionTable = Readonly<Record<string, OptionSpec>>

export interface OptionSpec {
  /** The placeholder of its value in the help: `<rev>`. Without one the option is a switch. */
  readonly value?: string
  readonly description: string
  readonly default?: string
  /** Whether the command requires it. */
  readonly isRequired?: true
  /** Whether it may be given several times. */
  readonly isRepeated?: true
  /** Whether it is true unless it is switched off: `open` is `--no-open`. */
  readonly isNegated?: true
}

/** The implementation of a command, with the types that its spec defines. */
export type Action<A extends readonly ArgumentSpec[], O extends OptionTable> = (
  ...given: [...arguments: ArgumentsOf<A>, flags: FlagsIn<O>, io: CommandIo]
) => ExitCode | Promise<ExitCode>

/** The values of a command's options. */
export type FlagsOf<C extends { readonly options: OptionTable }> = FlagsIn<C['options']>

export type FlagsIn<O extends OptionTable> = CommonFlags & {
  readonly [K in keyof O as O[K] extends Given ? K : never]: ValueOf<O[K]>
} & {
  readonly [K in keyof O as O[K] extends Given ? never : K]?: ValueOf<O[K]>
}

/** An option that always has a value. */
type Given = { readonly isRequired: true } | { readonly default: string } | { readonly isNegated: true }

type ValueOf<S extends OptionSpec> = S extends { readonly isRepeated: true }
  ? readonly string[]
  : S extends { readonly value: string }
    ? string
    : boolean

export type ArgumentsOf<A extends readonly ArgumentSpec[]> = { [K in keyof A]: ArgumentOf<A[K][0]> }

type ArgumentOf<Name extends string> = Name extends `${string}...${string}`
  ? readonly string[]
  : Name extends `<${string}`
    ? string
    : string | undefined

/** Defines a command, with the narrowest types. */
export function defineCommand<const A extends readonly ArgumentSpec[], const O extends OptionTable>(
  spec: CommandSpec<A, O>,
): CommandSpec<A, O> {
  return spec
}

/** The default format of commands whose output depends on the reader. */
export const FOR_READER = 'pretty on a terminal, json elsewhere'
