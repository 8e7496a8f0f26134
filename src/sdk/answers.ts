import { type FunctionSpec, PLANS, type PlanName, own } from '../bundle/model.ts'
import { resolveFunction, resolvePrompt, resolveRecords } from '../bundle/resolve.ts'
import type { Accounts } from './accounts.ts'
import { type ModelConfig, modelConfig } from './answer.ts'
import {
  type AuthorProfile, type EffectivePrompt, type Records, type Strategy, authorProfiles, effectivePrompt, strategies,
} from './content.ts'
import { asDamage, unknown } from './errors.ts'
import { Budget, Kept } from './kept.ts'
import type { Keys } from './keys.ts'
import type { Content } from './load.ts'
import type { LoadedGlobals } from './globals.ts'

/** What kept answers may weigh, in bytes. */
const MOST_KEPT = 48 << 20
/** The number of accounts that are not in the release. */
const UNKNOWN = 0

/** The kept answers to one question, without a live plan and under each. */
class Question<T> {
  readonly #without: Kept<T>
  readonly #under: ReadonlyMap<PlanName, Kept<T>>

  constructor(budget: Budget) {
    this.#without = new Kept(budget)
    this.#under = new Map(PLANS.map((plan) => [plan, new Kept(budget)]))
  }

  under(live: PlanName | undefined): Kept<T> {
    return (live === undefined ? undefined : this.#under.get(live)) ?? this.#without
  }
}

/**
 * All answers under one set of globals and keys, each made when it is first asked for. The next release goes on with
 * them where these are the same ones and its accounts' numbers mean the same: what is hot stays hot when an account
 * changes.
 */
export class Answers {
  readonly #what: string
  readonly #globals: LoadedGlobals
  readonly #keys: Keys
  readonly #lines: object
  readonly #functions: ReadonlyMap<string, { readonly spec: FunctionSpec; readonly kept: Question<ModelConfig> }>
  readonly #prompts: ReadonlyMap<string, Question<EffectivePrompt>>
  readonly #authorProfiles: Question<Records<AuthorProfile>>
  readonly #strategies: Question<Records<Strategy>>

  /**
   * @param what they are made from, as a message names it.
   * @throws {TenfoldError} `store_damaged` when the globals have no answer to give to accounts that say nothing.
   */
  constructor(what: string, { globals, accounts }: Content, keys: Keys, mostKept = MOST_KEPT) {
    const budget = new Budget(mostKept)
    this.#what = what
    this.#globals = globals
    this.#keys = keys
    this.#lines = accounts.lines
    const { functions, prompts } = globals.value
    this.#functions = new Map(Object.entries(functions).map(([name, spec]) => [name, { spec, kept: new Question(budget) }]))
    this.#prompts = new Map(Object.keys(prompts).map((type) => [type, new Question(budget)]))
    this.#authorProfiles = new Question(budget)
    this.#strategies = new Question(budget)
    for (const name of this.#functions.keys()) this.model(name, accounts, UNKNOWN, undefined)
    for (const type of this.#prompts.keys()) this.prompt(type, accounts, UNKNOWN, undefined)
    this.authorProfiles(accounts, UNKNOWN, undefined)
    this.strategies(accounts, UNKNOWN, undefined)
  }

  /** Whether these are the answers of a release with such globals, keys and accounts too. */
  areOf({ globals, accounts }: Content, keys: Keys): boolean {
    return this.#globals === globals && this.#keys === keys && this.#lines === accounts.lines
  }

  /** @throws {TenfoldError} `unknown_function` */
  checkFunction(name: string): void {
    if (!this.#functions.has(name)) throw this.#unknownFunction(name)
  }

  /** Hot, it allocates nothing. @throws {TenfoldError} `unknown_function`, `store_damaged` */
  model(name: string, accounts: Accounts, number: number, live: PlanName | undefined): ModelConfig {
    const asked = this.#functions.get(name)
    if (asked === undefined) throw this.#unknownFunction(name)
    const kept = asked.kept.under(live)
    return kept.get(number) ?? kept.set(number, this.#newModel(asked.spec, accounts, number, live))
  }

  /** Hot, it allocates nothing. @throws {TenfoldError} `unknown_prompt`, `store_damaged` */
  prompt(type: string, accounts: Accounts, number: number, live: PlanName | undefined): EffectivePrompt {
    const kept = this.#prompts.get(type)?.under(live)
    if (kept === undefined) throw unknown('unknown_prompt', 'prompt type', type, this.#prompts.keys())
    return kept.get(number) ?? kept.set(number, this.#newPrompt(type, accounts, number, live))
  }

  /** Hot, it allocates nothing. @throws {TenfoldError} `store_damaged` */
  authorProfiles(accounts: Accounts, number: number, live: PlanName | undefined): Records<AuthorProfile> {
    const kept = this.#authorProfiles.under(live)
    return kept.get(number) ?? kept.set(number, this.#newAuthorProfiles(accounts, number, live))
  }

  /** Hot, it allocates nothing. @throws {TenfoldError} `store_damaged` */
  strategies(accounts: Accounts, number: number, live: PlanName | undefined): Records<Strategy> {
    const kept = this.#strategies.under(live)
    return kept.get(number) ?? kept.set(number, this.#newStrategies(accounts, number, live))
  }

  // What makes answers is kept apart from what finds them: a function with a closure in it may need memory for what
  // the closure sees, even where it is never made.

  #newModel(spec: FunctionSpec, accounts: Accounts, number: number, live: PlanName | undefined): ModelConfig {
    const about = { known: number !== UNKNOWN, plan: accounts.plan(number) }
    return this.#reading(() => {
      return modelConfig(resolveFunction(this.#globals.value, accounts.account(number), spec, live), about, this.#keys)
    })
  }

  /** Most accounts get most prompts as they are: one object for all of them. */
  #newPrompt(type: string, accounts: Accounts, number: number, live: PlanName | undefined): EffectivePrompt {
    const { value: globals } = this.#globals
    const global = own(globals.prompts, type)?.value
    const answer = this.#reading(() => resolvePrompt(globals, accounts.account(number), type, live))
    if (answer === undefined) throw unknown('unknown_prompt', 'prompt type', type, this.#prompts.keys())
    const isGlobal = !answer.is_customized && answer.prompt_value === global && answer.default_prompt === global
    const shared = isGlobal ? this.#prompts.get(type)?.under(undefined).get(UNKNOWN) : undefined
    return shared ?? effectivePrompt(answer)
  }

  #newAuthorProfiles(accounts: Accounts, number: number, live: PlanName | undefined): Records<AuthorProfile> {
    return this.#reading(() => {
      const account = accounts.account(number)
      const shared = account?.author_profiles === undefined && this.#authorProfiles.under(undefined).get(UNKNOWN)
      return shared || authorProfiles(resolveRecords(this.#globals.value, account, 'author_profiles', live))
    })
  }

  #newStrategies(accounts: Accounts, number: number, live: PlanName | undefined): Records<Strategy> {
    return this.#reading(() => {
      const account = accounts.account(number)
      const shared = account?.strategies === undefined && this.#strategies.under(undefined).get(UNKNOWN)
      return shared || strategies(resolveRecords(this.#globals.value, account, 'strategies', live))
    })
  }

  #unknownFunction(name: string): Error {
    return unknown('unknown_function', 'function', name, this.#functions.keys())
  }

  #reading<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw asDamage(error, this.#what)
    }
  }
}
