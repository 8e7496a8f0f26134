import { type FunctionSpec, PLANS, type PlanName, own } from '../bundle/model.ts'
import type { Release } from '../bundle/release.ts'
import { type PromptAnswer, resolveFunction, resolvePrompt, resolveRecords } from '../bundle/resolve.ts'
import type { Answers, LookUp, Profile } from './accounts.ts'
import { type ModelConfig, modelConfig } from './answer.ts'
import {
  type AuthorProfile, type EffectivePrompt, type Records, type Strategy, authorProfiles, effectivePrompt, strategies,
} from './content.ts'
import { TenfoldError, asDamage, quote, unknown } from './errors.ts'
import { type Explanation, explain } from './explain.ts'
import type { Keys } from './keys.ts'
import type { Content } from './load.ts'
import type { Store } from './store.ts'

/** Asking with the plan that the caller knows to be in force now. */
export interface AskOptions {
  /** `free`, `starter`, `growth` or `scale`: only what it and the committed plan both permit applies. */
  readonly plan?: string | undefined
}

/**
 * One release, to read from. All answers are frozen; the same question gives the same object where it may.
 *
 * In `lazy` mode an account has to be in memory before its answers are asked for: `account` sees to it. Otherwise each
 * of these throws `account_not_loaded`.
 */
export interface Snapshot {
  readonly seq: number
  readonly commit: string | null
  /**
   * Sees to it that an account can be asked about, and says whether it is in this release. Where it is in memory,
   * which is always so in `full` mode, there is nothing to wait for.
   *
   * @throws {TenfoldError} `store_…` when it has to be read and cannot be; asked again, it is read again.
   */
  account(account: string): Promise<boolean>
  /** @throws {TenfoldError} `unknown_function`, `unknown_plan`, `unknown_account`. */
  getModelConfig(name: string, account: string, options?: AskOptions): ModelConfig
  /** @throws {TenfoldError} `unknown_prompt`, `unknown_plan`, `unknown_account`. */
  getEffectivePrompt(account: string, type: string, options?: AskOptions): EffectivePrompt
  /** @throws {TenfoldError} `unknown_plan`, `unknown_account`. */
  getAuthorProfiles(account: string, options?: AskOptions): Records<AuthorProfile>
  /** @throws {TenfoldError} `unknown_plan`, `unknown_account`. */
  getStrategies(account: string, options?: AskOptions): Records<Strategy>
  /**
   * Needs no `account` first. @throws {TenfoldError} as `getModelConfig`, and `store_…` when the store no longer has
   * the details.
   */
  explain(account: string, name: string, options?: AskOptions): Promise<Explanation>
}

/** How a service wants to be answered. */
export interface Manner {
  readonly store: Store
  readonly keys: Keys
  readonly onUnknownAccount: 'globals' | 'error'
}

const PLAN: ReadonlyMap<string, PlanName> = new Map(PLANS.map((plan) => [plan, plan]))

export class Reader implements Snapshot {
  readonly seq: number
  readonly commit: string | null
  readonly #content: Content
  readonly #manner: Manner
  readonly #profiles: LookUp
  readonly #functions: ReadonlyMap<string, { readonly number: number; readonly spec: FunctionSpec }>

  /** @throws {TenfoldError} `store_damaged` when the globals have no answer to give. */
  constructor({ seq, commit }: Release, content: Content, manner: Manner) {
    this.seq = seq
    this.commit = commit
    this.#content = content
    this.#manner = manner
    this.#profiles = content.accounts.lookUp()
    const functions = Object.entries(content.globals.value.functions)
    this.#functions = new Map(functions.map(([name, spec], number) => [name, { number, spec }]))
    this.#prepare()
  }

  async account(account: string): Promise<boolean> {
    return this.#content.accounts.need(account)
  }

  getModelConfig(name: string, account: string, options?: AskOptions): ModelConfig {
    const asked = this.#functions.get(name)
    if (asked === undefined) throw unknown('unknown_function', 'function', name, this.#functions.keys())
    const profile = this.#profileOf(account)
    const live = livePlan(options, profile)
    const answers = answersUnder(profile, live)
    return answers.models[asked.number] ?? (answers.models[asked.number] = this.#model(asked.spec, profile, live))
  }

  getEffectivePrompt(account: string, type: string, options?: AskOptions): EffectivePrompt {
    const profile = this.#profileOf(account)
    const live = livePlan(options, profile)
    const answers = answersUnder(profile, live)
    const known = answers.prompts?.get(type)
    if (known !== undefined) return known
    const { value: globals } = this.#content.globals
    const answer = this.#reading(() => resolvePrompt(globals, this.#profiles.account(profile), type, live))
    if (answer === undefined) throw unknown('unknown_prompt', 'prompt type', type, Object.keys(globals.prompts))
    const prompt = this.#sharedPrompt(answer, type) ?? effectivePrompt(answer)
    answers.prompts ??= new Map()
    answers.prompts.set(type, prompt)
    return prompt
  }

  getAuthorProfiles(account: string, options?: AskOptions): Records<AuthorProfile> {
    const profile = this.#profileOf(account)
    const live = livePlan(options, profile)
    const answers = answersUnder(profile, live)
    return (answers.authorProfiles ??= this.#reading(() => {
      const entry = this.#profiles.account(profile)
      const shared = entry?.author_profiles === undefined ? this.#profiles.unknown.answers.authorProfiles : undefined
      return shared ?? authorProfiles(resolveRecords(this.#content.globals.value, entry, 'author_profiles', live))
    }))
  }

  getStrategies(account: string, options?: AskOptions): Records<Strategy> {
    const profile = this.#profileOf(account)
    const live = livePlan(options, profile)
    const answers = answersUnder(profile, live)
    return (answers.strategies ??= this.#reading(() => {
      const entry = this.#profiles.account(profile)
      const shared = entry?.strategies === undefined ? this.#profiles.unknown.answers.strategies : undefined
      return shared ?? strategies(resolveRecords(this.#content.globals.value, entry, 'strategies', live))
    }))
  }

  async explain(account: string, name: string, options?: AskOptions): Promise<Explanation> {
    if (!this.#functions.has(name)) throw unknown('unknown_function', 'function', name, this.#functions.keys())
    await this.#content.accounts.need(account)
    const profile = this.#profileOf(account)
    const asked = { account, name, live: livePlan(options, profile), known: profile.known, commit: this.commit }
    const entry = this.#reading(() => this.#profiles.account(profile))
    return explain(this.#manner.store, this.#content, entry, asked)
  }

  /** The secrets of the globals' providers that are not available now. */
  missingKeys(): readonly string[] {
    const secrets = new Set(Object.values(this.#content.globals.value.providers).map(({ secret }) => secret))
    return [...secrets].filter((secret) => this.#manner.keys.get(secret) === undefined).sort()
  }

  #profileOf(account: string): Profile {
    const profile = this.#profiles.of(account)
    if (!profile.known && this.#manner.onUnknownAccount === 'error') {
      throw new TenfoldError('unknown_account', `no account ${quote(account)} in release ${this.seq}`)
    }
    return profile
  }

  #model(spec: FunctionSpec, profile: Profile, live: PlanName | undefined): ModelConfig {
    return this.#reading(() => {
      const answer = resolveFunction(this.#content.globals.value, this.#profiles.account(profile), spec, live)
      return modelConfig(answer, profile, this.#manner.keys)
    })
  }

  /** Most accounts get most prompts as they are: one object for all of them. */
  #sharedPrompt(answer: PromptAnswer, type: string): EffectivePrompt | undefined {
    const global = own(this.#content.globals.value.prompts, type)?.value
    const isGlobal = !answer.is_customized && answer.prompt_value === global && answer.default_prompt === global
    return isGlobal ? this.#profiles.unknown.answers.prompts?.get(type) : undefined
  }

  /** Everything that an unknown account gets, so that globals which cannot answer are refused before they serve. */
  #prepare(): void {
    const { unknown: profile } = this.#profiles
    const { value: globals } = this.#content.globals
    for (const { number, spec } of this.#functions.values()) {
      profile.answers.models[number] = this.#model(spec, profile, undefined)
    }
    profile.answers.prompts = new Map()
    for (const type of Object.keys(globals.prompts)) {
      const answer = resolvePrompt(globals, undefined, type)
      if (answer !== undefined) profile.answers.prompts.set(type, effectivePrompt(answer))
    }
    this.#reading(() => {
      profile.answers.authorProfiles = authorProfiles(resolveRecords(globals, undefined, 'author_profiles'))
      profile.answers.strategies = strategies(resolveRecords(globals, undefined, 'strategies'))
    })
  }

  #reading<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw asDamage(error, `the store ${this.#manner.store.url}`)
    }
  }
}

/** The live plan where it matters; an account under its committed plan is one without a live plan. */
function livePlan(options: AskOptions | undefined, profile: Profile): PlanName | undefined {
  const name = options?.plan
  if (name === undefined) return undefined
  const plan = PLAN.get(name)
  if (plan === undefined) throw unknown('unknown_plan', 'plan', name, PLANS)
  return plan === profile.plan || !profile.known ? undefined : plan
}

function answersUnder(profile: Profile, live: PlanName | undefined): Answers {
  if (live === undefined) return profile.answers
  const known = profile.live?.get(live)
  if (known !== undefined) return known
  const answers: Answers = { models: [] }
  profile.live ??= new Map()
  profile.live.set(live, answers)
  return answers
}
