import { type Dict, own } from '../../domain/plain-data.ts'
import { type ContentRecord, type FunctionSpec, PLANS, type PlanName } from '../../domain/settings-types.ts'
import { mayBring, resolveFunction, resolvePrompt, resolveRecords } from '../../domain/resolve-answers.ts'
import { functionAnswer } from '../../domain/flat-form.ts'
import type { Accounts } from './accounts-interface.ts'
import { type ModelConfig, isOfAccount, modelConfig } from './model-config.ts'
import {
  type AuthorProfile,
  type EffectivePrompt,
  type Records,
  type Strategy,
  authorProfiles,
  effectivePrompt,
  strategies,
} from './prompts-and-records.ts'
import type { EvaluatedAnswer, SettingsQuestion } from './evaluated-answer.ts'
import { asDamage, unknown } from '../tenfold-error.ts'
import type { Keys } from '../key-sources.ts'
import type { LoadedContent } from '../load/loaded-content.ts'
import type { LoadedGlobals } from '../load/load-globals.ts'

/** The content id of accounts that are not in the release. */
const UNKNOWN = 0

/** The memoized answers to one question, without a live plan and under each. */
class Question<T> {
  readonly #without: Memo<T>
  readonly #under: ReadonlyMap<PlanName, Memo<T>>

  constructor(budget: Budget) {
    this.#without = new Memo(budget)
    this.#under = new Map(PLANS.map((plan) => [plan, new Memo(budget)]))
  }

  under(live: PlanName | undefined): Memo<T> {
    return (live === undefined ? undefined : this.#under.get(live)) ?? this.#without
  }
}

/** Records that accounts override by id, and how an answer shows them. */
interface Collection<T> {
  readonly name: 'author_profiles' | 'strategies'
  readonly shape: (records: Dict<ContentRecord>) => Records<T>
  readonly question: Question<Records<T>>
}

/**
 * All answers under one set of globals and keys, each computed on first use. The next release keeps using them if its
 * globals, keys and content ids are the same, so that hot answers stay hot when an account changes.
 */
export class Answers {
  readonly #what: string
  readonly #globals: LoadedGlobals
  readonly #keys: Keys
  readonly #ids: object
  readonly #functions: ReadonlyMap<string, { readonly spec: FunctionSpec; readonly question: Question<ModelConfig> }>
  readonly #prompts: ReadonlyMap<string, Question<EffectivePrompt>>
  readonly #authorProfiles: Collection<AuthorProfile>
  readonly #strategies: Collection<Strategy>

  /**
   * @param what the origin of the answers, as messages name it.
   * @throws {TenfoldError} `store_damaged` when the globals have no answer for accounts without settings of their own.
   */
  constructor(what: string, { globals, accounts }: LoadedContent, keys: Keys) {
    const budget = new Budget(accounts.answerBytes)
    this.#what = what
    this.#globals = globals
    this.#keys = keys
    this.#ids = accounts.ids
    const { functions, prompts } = globals.value
    const specs = Object.entries(functions)
    this.#functions = new Map(specs.map(([name, spec]) => [name, { spec, question: new Question(budget) }]))
    this.#prompts = new Map(Object.keys(prompts).map((type) => [type, new Question(budget)]))
    this.#authorProfiles = { name: 'author_profiles', shape: authorProfiles, question: new Question(budget) }
    this.#strategies = { name: 'strategies', shape: strategies, question: new Question(budget) }
    for (const name of this.#functions.keys()) this.model(name, accounts, UNKNOWN, undefined)
    for (const type of this.#prompts.keys()) this.prompt(type, accounts, UNKNOWN, undefined)
    this.authorProfiles(accounts, UNKNOWN, undefined)
    this.strategies(accounts, UNKNOWN, undefined)
  }

  /** Whether these are also the answers of a release with these globals, keys and accounts. */
  areOf({ globals, accounts }: LoadedContent, keys: Keys): boolean {
    return this.#globals === globals && this.#keys === keys && this.#ids === accounts.ids
  }

  /** @throws {TenfoldError} `unknown_function` */
  checkFunction(name: string): void {
    if (!this.#functions.has(name)) throw this.#unknownFunction(name)
  }

  /** Allocates nothing when hot. @throws {TenfoldError} `unknown_function`, `store_damaged` */
  model(name: string, accounts: Accounts, number: number, live: PlanName | undefined): ModelConfig {
    const asked = this.#functions.get(name)
    if (asked === undefined) throw this.#unknownFunction(name)
    const memo = asked.question.under(live)
    return memo.get(number) ?? memo.set(number, this.#newModel(asked.spec, accounts, number, live))
  }

  /** Allocates nothing when hot. @throws {TenfoldError} `unknown_prompt`, `store_damaged` */
  prompt(type: string, accounts: Accounts, number: number, live: PlanName | undefined): EffectivePrompt {
    const memo = this.#prompts.get(type)?.under(live)
    if (memo === undefined) throw unknown('unknown_prompt', 'prompt type', type, this.#prompts.keys())
    const known = memo.get(number)
    if (known !== undefined) return known
    const prompt = this.#newPrompt(type, accounts, number, live)
    const { length } = prompt.promptValue
    return memo.set(number, prompt, accounts.holdsTexts ? 0 : 2 * (length + prompt.defaultPrompt.length))
  }

  /** Allocates nothing when hot. @throws {TenfoldError} `store_damaged` */
  authorProfiles(accounts: Accounts, number: number, live: PlanName | undefined): Records<AuthorProfile> {
    return this.#records(this.#authorProfiles, accounts, number, live)
  }

  /** Allocates nothing when hot. @throws {TenfoldError} `store_damaged` */
  strategies(accounts: Accounts, number: number, live: PlanName | undefined): Records<Strategy> {
    return this.#records(this.#strategies, accounts, number, live)
  }

  /** Returns an answer with whether anything of the account's counts in it. @throws {TenfoldError} */
  evaluate(
    question: SettingsQuestion,
    accounts: Accounts,
    number: number,
    live: PlanName | undefined,
  ): EvaluatedAnswer {
    if (question.is === 'function') {
      const answer = this.model(question.name, accounts, number, live)
      const plain = (): Dict<unknown> => {
        const flat = this.#reading(() => {
          return functionAnswer(this.#globals.value, accounts.lines.account(number), question.name, live)
        })
        if (flat === undefined) throw this.#unknownFunction(question.name)
        const { api_key: _, ...rest } = flat
        return rest
      }
      return { answer, isOwn: isOfAccount(answer), isCustomized: undefined, plain }
    }
    if (question.is === 'prompt') {
      const answer = this.prompt(question.type, accounts, number, live)
      const global = own(this.#globals.value.prompts, question.type)?.value
      const { isCustomized, promptValue } = answer
      return { answer, isOwn: !isText(answer, global), isCustomized, plain: () => promptValue }
    }
    const collection = question.is
    const answer =
      collection === 'strategies'
        ? this.strategies(accounts, number, live)
        : this.authorProfiles(accounts, number, live)
    const plain = (): Dict<unknown> =>
      this.#reading(() => resolveRecords(this.#globals.value, accounts.lines.account(number), collection, live))
    const isOwn = this.#bringsOwn(collection, accounts, number, live, answer)
    return { answer, isOwn, isCustomized: undefined, plain }
  }

  /** Returns every question that the globals have an answer to, by name. */
  questions(): readonly SettingsQuestion[] {
    return [
      ...[...this.#functions.keys()].map((name) => ({ is: 'function', name }) as const),
      ...[...this.#prompts.keys()].map((type) => ({ is: 'prompt', type }) as const),
      { is: 'author_profiles' },
      { is: 'strategies' },
    ]
  }

  /** Only an account with records of its own has an answer that nobody else has; its plan may forbid them. */
  #bringsOwn(
    collection: 'author_profiles' | 'strategies',
    accounts: Accounts,
    number: number,
    live: PlanName | undefined,
    answer: object,
  ): boolean {
    const of = collection === 'strategies' ? this.#strategies : this.#authorProfiles
    if (number === UNKNOWN || answer === of.question.under(undefined).get(UNKNOWN)) return false
    return this.#reading(() => {
      const account = accounts.lines.account(number)
      if (account?.[collection] === undefined) return false
      return mayBring(this.#globals.value, account, collection, live)
    })
  }

  #records<T>(of: Collection<T>, accounts: Accounts, number: number, live: PlanName | undefined): Records<T> {
    const memo = of.question.under(live)
    return memo.get(number) ?? memo.set(number, this.#newRecords(of, accounts, number, live))
  }

  // Computing an answer is kept apart from finding one: a function that contains a closure may allocate for the
  // captured variables even when the closure is never created.

  #newModel(spec: FunctionSpec, accounts: Accounts, number: number, live: PlanName | undefined): ModelConfig {
    return this.#reading(() => {
      const { value: globals } = this.#globals
      const account = accounts.lines.account(number)
      return modelConfig(resolveFunction(globals, account, spec, live), globals.vocabulary, account, this.#keys)
    })
  }

  /** Most accounts use most prompts unchanged, so they share one object. */
  #newPrompt(type: string, accounts: Accounts, number: number, live: PlanName | undefined): EffectivePrompt {
    const { value: globals } = this.#globals
    const global = own(globals.prompts, type)?.value
    const answer = this.#reading(() => resolvePrompt(globals, accounts.lines.account(number), type, live))
    if (answer === undefined) throw unknown('unknown_prompt', 'prompt type', type, this.#prompts.keys())
    const prompt = effectivePrompt(answer)
    return isText(prompt, global) && number !== UNKNOWN ? this.prompt(type, accounts, UNKNOWN, undefined) : prompt
  }

  /** Accounts without records of their own share one object as well. */
  #newRecords<T>(of: Collection<T>, accounts: Accounts, number: number, live: PlanName | undefined): Records<T> {
    return this.#reading(() => {
      const account = accounts.lines.account(number)
      const isGlobal = account?.[of.name] === undefined && number !== UNKNOWN
      if (isGlobal) return this.#records(of, accounts, UNKNOWN, undefined)
      return of.shape(resolveRecords(this.#globals.value, account, of.name, live))
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

/** Whether a prompt is a text as it is, with nothing of an account's. */
function isText({ isCustomized, promptValue, defaultPrompt }: EffectivePrompt, text: string | undefined): boolean {
  return !isCustomized && promptValue === text && defaultPrompt === text
}

/** Answers are kept in pages, so that questions never asked take no space. */
const PAGE_BITS = 8
const PAGE = 1 << PAGE_BITS
const PAGE_BYTES = 8 * PAGE
/** The approximate weight of an answer. */
const ANSWER_BYTES = 160

/** The most bytes that all memoized answers may take: beyond it all are dropped, so that memory stays bounded. */
export class Budget {
  readonly #limit: number
  readonly #memos: { clear(): void }[] = []
  #spent = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  join(memo: { clear(): void }): void {
    this.#memos.push(memo)
  }

  spend(bytes: number): void {
    this.#spent += bytes
    if (this.#spent <= this.#limit) return
    for (const memo of this.#memos) memo.clear()
    this.#spent = bytes
  }
}

type Page<T> = (T | undefined)[]

/** The answers given so far to one question, by content id. */
export class Memo<T> {
  readonly #budget: Budget
  readonly #pages = new Map<number, Page<T>>()

  constructor(budget: Budget) {
    this.#budget = budget
    budget.join(this)
  }

  /** Allocates nothing. */
  get(number: number): T | undefined {
    return this.#pages.get(number >>> PAGE_BITS)?.[number & (PAGE - 1)]
  }

  /** @param more bytes that this answer weighs beyond the usual. */
  set(number: number, answer: T, more = 0): T {
    this.#budget.spend(ANSWER_BYTES + more)
    const at = number >>> PAGE_BITS
    const page = this.#pages.get(at) ?? this.#newPage(at)
    page[number & (PAGE - 1)] = answer
    return answer
  }

  clear(): void {
    this.#pages.clear()
  }

  #newPage(at: number): Page<T> {
    this.#budget.spend(PAGE_BYTES)
    const page: Page<T> = Array.from({ length: PAGE }, () => undefined)
    this.#pages.set(at, page)
    return page
  }
}
