import { type Ladder, StageMembers } from '../../domain/rollout-rings.ts'
import type { PromptVariables } from '../answers/compile-prompt.ts'
import type { ModelConfig } from '../answers/model-config.ts'
import type { AuthorProfile, EffectivePrompt, Records, Strategy } from '../answers/prompts-and-records.ts'
import type { Evaluated, Evaluator, SettingsQuestion } from '../evaluation.ts'
import type { Explanation } from '../answers/explain-answer.ts'
import type { AskOptions, AnsweringRelease } from '../answers/asking.ts'
import type { Reader, Snapshot } from '../snapshot-reader.ts'

/**
 * Two releases, one of which answers for the accounts of a stage. The stage is fixed, and so is what each account gets.
 * Hot answers are those of the release that answers, so that both share what is equal.
 */
export class SplitReader implements Snapshot, Evaluator {
  readonly seq: number
  readonly commit: string | null
  readonly #stable: Reader
  readonly #candidate: Reader
  readonly #members: StageMembers
  /** Those whom any stage reaches. */
  readonly #reachable: StageMembers

  constructor(stable: Reader, candidate: Reader, ladder: Ladder, stage: number) {
    this.seq = stable.seq
    this.commit = stable.commit
    this.#stable = stable
    this.#candidate = candidate
    this.#members = new StageMembers(ladder, stage)
    this.#reachable = new StageMembers(ladder, ladder.stages.length - 1)
    Object.freeze(this)
  }

  /** Reads the account in both releases, so that neither another stage nor an end of the rollout finds it missing. */
  async account(account: string): Promise<boolean> {
    const isKnown = await this.#stable.account(account)
    if (!this.#reachable.has(account)) return isKnown
    const isKnownToCandidate = await this.#candidate.account(account)
    return this.#members.has(account) ? isKnownToCandidate : isKnown
  }

  /** Whether any stage reaches an account. */
  mayReach(account: string): boolean {
    return this.#reachable.has(account)
  }

  releaseOf(account: string): AnsweringRelease {
    return this.#for(account).releaseOf(account)
  }

  getModelConfig(name: string, account: string, options?: AskOptions): ModelConfig {
    return this.#for(account).getModelConfig(name, account, options)
  }

  getEffectivePrompt(account: string, type: string, options?: AskOptions): EffectivePrompt {
    return this.#for(account).getEffectivePrompt(account, type, options)
  }

  compilePrompt(account: string, type: string, variables: PromptVariables, options?: AskOptions): string {
    return this.#for(account).compilePrompt(account, type, variables, options)
  }

  getAuthorProfiles(account: string, options?: AskOptions): Records<AuthorProfile> {
    return this.#for(account).getAuthorProfiles(account, options)
  }

  getStrategies(account: string, options?: AskOptions): Records<Strategy> {
    return this.#for(account).getStrategies(account, options)
  }

  async explain(account: string, name: string, options?: AskOptions): Promise<Explanation> {
    return this.#for(account).explain(account, name, options)
  }

  evaluate(question: SettingsQuestion, account: string, options?: AskOptions): Evaluated {
    return this.#for(account).evaluate(question, account, options)
  }

  /** A candidate may bring functions and prompts of its own, which only its accounts have. */
  questions(): readonly SettingsQuestion[] {
    const all = new Map([...this.#stable.questions(), ...this.#candidate.questions()].map((one) => [nameOf(one), one]))
    return [...all.values()]
  }

  /** Returns the secrets of either release that are missing or are not keys. */
  missingKeys(): readonly string[] {
    return [...new Set([...this.#stable.missingKeys(), ...this.#candidate.missingKeys()])].sort()
  }

  /** What is no account is left to the release that refuses it. */
  #for(account: string): Reader {
    if (typeof account !== 'string' || !this.#members.has(account)) {
      this.#candidate.touch(account)
      return this.#stable
    }
    this.#stable.touch(account)
    return this.#candidate
  }
}

function nameOf(question: SettingsQuestion): string {
  if (question.is === 'function') return `${question.is} ${question.name}`
  return question.is === 'prompt' ? `${question.is} ${question.type}` : question.is
}
