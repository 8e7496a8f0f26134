import type { BuiltInParameters } from '../domain/built-in-vocabulary.ts'
import type { ModelConfig } from './answers/model-config.ts'
import type { EffectivePrompt } from './answers/prompts-and-records.ts'
import type { Explanation } from './answers/explain-answer.ts'
import type { Settings } from './settings-client.ts'
import type { AskOptions } from './answers/asking.ts'
import type { Snapshot } from './snapshot-reader.ts'

/** What `tenfold types` writes: the functions of a configuration with their parameters, and the prompts. */
export interface SettingsTypes {
  readonly functions: object
  readonly prompts: object
}

/** The answer for one function: its own parameters in place of those of the built-in vocabulary. */
export type TypedModelConfig<S extends SettingsTypes, F extends keyof S['functions']> = Omit<
  ModelConfig,
  keyof BuiltInParameters | keyof S['functions'][F]
> &
  S['functions'][F]

/** The questions that take names of functions and prompts, for names that exist. */
interface TypedQuestions<S extends SettingsTypes> {
  getModelConfig<F extends keyof S['functions'] & string>(
    name: F,
    account: string,
    options?: AskOptions,
  ): TypedModelConfig<S, F>
  getEffectivePrompt(account: string, type: keyof S['prompts'] & string, options?: AskOptions): EffectivePrompt
  compilePrompt<P extends keyof S['prompts'] & string>(
    account: string,
    type: P,
    variables: S['prompts'][P],
    options?: AskOptions,
  ): string
  explain(account: string, name: keyof S['functions'] & string, options?: AskOptions): Promise<Explanation>
}

/** A snapshot that knows the configuration's names. */
export type TypedSnapshot<S extends SettingsTypes> = Omit<Snapshot, keyof TypedQuestions<S>> & TypedQuestions<S>

/** Settings that know the configuration's names: an unknown function, prompt or variable does not compile. */
export type TypedSettings<S extends SettingsTypes> = Omit<Settings, keyof TypedQuestions<S> | 'snapshot'> &
  TypedQuestions<S> & { snapshot(): TypedSnapshot<S> }

/** The types of a configuration that has given none. */
export interface AnySettings extends SettingsTypes {
  readonly isAny: true
}

/** What `openSettings` gives for the types of a configuration, or for none. */
export type SettingsOf<S extends SettingsTypes> = [S] extends [AnySettings] ? Settings : TypedSettings<S>
