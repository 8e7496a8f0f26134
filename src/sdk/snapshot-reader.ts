import { own } from '../domain/plain-data.ts'
import type { PlanName } from '../domain/settings-types.ts'
import type { ModelConfig } from './answers/model-config.ts'
import { type PromptVariables, compileText } from './answers/compile-prompt.ts'
import { Answers } from './answers/answer-memo.ts'
import type { AnsweringRelease, AskOptions } from './answers/asking.ts'
import { livePlanOf } from './answers/check-arguments.ts'
import type { AuthorProfile, EffectivePrompt, Records, Strategy } from './answers/prompts-and-records.ts'
import { quote } from '../base/quote-name.ts'
import { TenfoldError } from './tenfold-error.ts'
import { type Explanation, explain } from './answers/explain-answer.ts'
import type { Evaluated, Evaluator, SettingsQuestion } from './evaluation.ts'
import type { Keys } from './key-sources.ts'
import type { LoadedContent } from './load/loaded-content.ts'
import type { StoreReader } from '../store/backend-types.ts'

/**
 * One release, to read from. All answers are frozen; the same question gives the same object where possible.
 *
 * In `lazy` mode an account has to be loaded with `account` before its answers are asked for. Otherwise each of these
 * throws `account_not_loaded`. An account that is not a string, and options that are not a plain object of known ones,
 * are `invalid_option`.
 */
export interface Snapshot {
  readonly seq: number
  readonly commit: string | null
  /**
   * Makes sure that an account can be asked about, and returns whether it is in this release. If it is in memory, as it
   * always is in `full` mode, there is nothing to wait for.
   *
   * @throws {TenfoldError} `store_…` when it has to be read and cannot be; another call tries again.
   */
  account(account: string): Promise<boolean>
  /** Returns which release answers for an account, known or not; the same frozen object for all with the same answer. */
  releaseOf(account: string): AnsweringRelease
  /** @throws {TenfoldError} `unknown_function`, `unknown_plan`, `unknown_account`. */
  getModelConfig(name: string, account: string, options?: AskOptions): ModelConfig
  /** @throws {TenfoldError} `unknown_prompt`, `unknown_plan`, `unknown_account`. */
  getEffectivePrompt(account: string, type: string, options?: AskOptions): EffectivePrompt
  /**
   * Returns the same text with values in place of its variables; one that is optional and left out is empty.
   *
   * @throws {TenfoldError} as `getEffectivePrompt`, and `missing_variable`, `unknown_variable`, `invalid_variable`.
   */
  compilePrompt(account: string, type: string, variables: PromptVariables, options?: AskOptions): string
  /** @throws {TenfoldError} `unknown_plan`, `unknown_account`. */
  getAuthorProfiles(account: string, options?: AskOptions): Records<AuthorProfile>
  /** @throws {TenfoldError} `unknown_plan`, `unknown_account`. */
  getStrategies(account: string, options?: AskOptions): Records<Strategy>
  /**
   * Needs no prior call of `account`. @throws {TenfoldError} as `getModelConfig`, and `store_…` when the store no
   * longer has the details.
   */
  explain(account: string, name: string, options?: AskOptions): Promise<Explanation>
}

/** How a service wants its answers. */
export interface ReaderOptions {
  readonly store: StoreReader
  readonly keys: Keys
  readonly onUnknownAccount: 'globals' | 'error'
}

export class Reader implements Snapshot, Evaluator {
  readonly seq: number
  readonly commit: string | null
  readonly #label: AnsweringRelease
  readonly #content: LoadedContent
  readonly #manner: ReaderOptions
  readonly #answers: Answers

  /** @throws {TenfoldError} `store_damaged` when the globals have no answer to give. */
  constructor(label: AnsweringRelease, content: LoadedContent, manner: ReaderOptions, before?: Reader) {
    this.seq = label.seq
    this.commit = label.commit
    this.#label = Object.freeze(label)
    this.#content = content
    this.#manner = manner
    const isSame = before !== undefined && before.#answers.areOf(content, manner.keys)
    this.#answers = isSame ? before.#answers : new Answers(`the store ${manner.store.url}`, content, manner.keys)
    // All callers that ask for a snapshot of this release share it.
    Object.freeze(this)
  }

  async account(account: string): Promise<boolean> {
    checkAccount(account)
    return this.#content.accounts.need(account)
  }

  releaseOf(account: string): AnsweringRelease {
    checkAccount(account)
    return this.#label
  }

  /** Keeps an account in memory that another release answers for. */
  touch(account: string): void {
    this.#content.accounts.touch?.(account)
  }

  getModelConfig(name: string, account: string, options?: AskOptions): ModelConfig {
    const { accounts } = this.#content
    const live = options === undefined ? undefined : livePlanOf(options)
    const number = this.#numberOf(account, name)
    return this.#answers.model(name, accounts, number, this.#narrowing(live, number))
  }

  getEffectivePrompt(account: string, type: string, options?: AskOptions): EffectivePrompt {
    const { accounts } = this.#content
    const live = options === undefined ? undefined : livePlanOf(options)
    const number = this.#numberOf(account)
    return this.#answers.prompt(type, accounts, number, this.#narrowing(live, number))
  }

  compilePrompt(account: string, type: string, variables: PromptVariables, options?: AskOptions): string {
    const { promptValue } = this.getEffectivePrompt(account, type, options)
    const prompt = own(this.#content.globals.value.prompts, type)
    return prompt === undefined ? promptValue : compileText(type, promptValue, prompt, variables)
  }

  getAuthorProfiles(account: string, options?: AskOptions): Records<AuthorProfile> {
    const { accounts } = this.#content
    const live = options === undefined ? undefined : livePlanOf(options)
    const number = this.#numberOf(account)
    return this.#answers.authorProfiles(accounts, number, this.#narrowing(live, number))
  }

  getStrategies(account: string, options?: AskOptions): Records<Strategy> {
    const { accounts } = this.#content
    const live = options === undefined ? undefined : livePlanOf(options)
    const number = this.#numberOf(account)
    return this.#answers.strategies(accounts, number, this.#narrowing(live, number))
  }

  async explain(account: string, name: string, options?: AskOptions): Promise<Explanation> {
    const live = options === undefined ? undefined : livePlanOf(options)
    await this.account(account)
    this.#answers.checkFunction(name)
    const { accounts } = this.#content
    const number = this.#numberOf(account)
    const asked = { account, name, live: this.#narrowing(live, number), known: number !== 0, commit: this.commit }
    return explain(this.#manner.store, this.#content, accounts.lines.account(number), asked)
  }

  evaluate(question: SettingsQuestion, account: string, options?: AskOptions): Evaluated {
    const live = options === undefined ? undefined : livePlanOf(options)
    const number = this.#numberOf(account, question.is === 'function' ? question.name : undefined)
    const { accounts } = this.#content
    const found = this.#answers.evaluate(question, accounts, number, this.#narrowing(live, number))
    const { answer, isOwn, isCustomized, plain } = found
    // Written out, since copying members is half of the time that this takes.
    return { answer, isOwn, isCustomized, plain, known: number !== 0, by: this.#label }
  }

  questions(): readonly SettingsQuestion[] {
    return this.#answers.questions()
  }

  /** Returns the secrets of the globals' providers that are missing or are not keys. */
  missingKeys(): readonly string[] {
    const secrets = new Set(Object.values(this.#content.globals.value.providers).map(({ secret }) => secret))
    return [...secrets].filter((secret) => this.#manner.keys.get(secret).is !== 'key').sort()
  }

  #numberOf(account: string, name?: string): number {
    checkAccount(account)
    const number = this.#content.accounts.numberOf(account)
    if (number === 0) this.#checkUnknown(account, name)
    return number
  }

  #checkUnknown(account: string, name?: string): void {
    if (this.#manner.onUnknownAccount !== 'error') return
    if (name !== undefined) this.#answers.checkFunction(name)
    throw new TenfoldError('unknown_account', `no account ${quote(account)} in release ${this.seq}`)
  }

  /** Returns the live plan if it matters: asking with the committed plan is the same as asking without a live plan. */
  #narrowing(live: PlanName | undefined, number: number): PlanName | undefined {
    if (live === undefined || number === 0) return undefined
    return live === this.#content.accounts.lines.plan(number) ? undefined : live
  }
}

/** @throws {TenfoldError} `invalid_option`: an unknown account may get the globals, but an invalid value may not. */
function checkAccount(account: unknown): void {
  if (typeof account === 'string') return
  throw new TenfoldError('invalid_option', `the account is ${quote(account)}; it has to be a text`)
}
