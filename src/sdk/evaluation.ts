import type { PromptVariables } from './answers/compile-prompt.ts'
import type { EvaluatedAnswer, SettingsQuestion } from './answers/evaluated-answer.ts'
import type { AnsweringRelease, AskOptions } from './answers/asking.ts'

export type { SettingsQuestion } from './answers/evaluated-answer.ts'

/** An answer, with the release that gives it. */
export interface Evaluated extends EvaluatedAnswer {
  /** Whether the account is in the release. */
  readonly known: boolean
  readonly by: AnsweringRelease
}

/** Answers of one release, or of a release and its candidate. */
export interface Evaluator {
  /** @throws {TenfoldError} as the question's own method does. */
  evaluate(question: SettingsQuestion, account: string, options?: AskOptions): Evaluated
  /** @throws {TenfoldError} as `Snapshot.compilePrompt`. */
  compilePrompt(account: string, type: string, variables: PromptVariables, options?: AskOptions): string
  /** Every question that the globals have an answer to. */
  questions(): readonly SettingsQuestion[]
}

/** The release that answers now: enough to tell it from any other. */
export interface Evaluation {
  readonly evaluator: Evaluator
  readonly environment: string
  readonly epoch: number
  readonly seq: number
  readonly commit: string | null
  /** Of a rollout in force; null outside of rollouts. */
  readonly stage: number | null
  /** Since the settings were opened: a store of several that is down does not make a poll fail. */
  readonly failedPolls: number
}

/** The method by which settings are evaluated: a process may hold several copies of this library. */
export const EVALUATION: unique symbol = Symbol.for('tenfold.evaluation')

/** Settings that can be evaluated, of whichever copy. */
export interface Evaluating {
  [EVALUATION](): Evaluation
}

/** Whether something is what `openSettings` gives. */
export function isEvaluating<T>(settings: T): settings is T & Evaluating {
  return typeof settings === 'object' && settings !== null && EVALUATION in settings
}
