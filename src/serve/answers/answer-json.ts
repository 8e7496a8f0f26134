import { evaluateFlag, evaluateQuestion, type FlagAnswer } from '../../flags/evaluate-flag.ts'
import type { FlagContext } from '../../flags/flag-context.ts'
import { flagKeyOf } from '../../flags/flag-key.ts'
import { FlagProblem } from '../../flags/flag-problem.ts'
import type { Evaluated, Evaluation, SettingsQuestion } from '../../sdk/evaluation.ts'

/** An answer as it is sent, and what the metrics say of it. */
export interface AnswerText {
  readonly text: string
  /** What the account gets, without the release that it comes from. */
  readonly what: string
  readonly key: string
  readonly release: 'stable' | 'candidate'
}

/** Values as JSON, each made once and kept beside the answer that it is made of, as long as that is hot. */
const VALUES = new WeakMap<object, string>()

function valueText({ answer, plain }: Evaluated): string {
  const known = VALUES.get(answer)
  if (known !== undefined) return known
  const text = JSON.stringify(plain())
  VALUES.set(answer, text)
  return text
}

/** Answers one flag, under the key that was asked for. @throws {FlagProblem} */
export function answerFlag(evaluation: Evaluation, key: string, context: FlagContext): AnswerText {
  return textOf(key, evaluateFlag(evaluation, key, context))
}

/** Answers all flags of an account: those that its release has. @throws {FlagProblem} */
export function answerAll(evaluation: Evaluation, context: FlagContext): readonly AnswerText[] {
  return evaluation.evaluator.questions().flatMap((question) => {
    const answer = answerIfAny(evaluation, question, context)
    return answer === undefined ? [] : [textOf(flagKeyOf(question), answer)]
  })
}

/** A candidate may have a function that the stable release has not. */
function answerIfAny(evaluation: Evaluation, question: SettingsQuestion, context: FlagContext): FlagAnswer | undefined {
  try {
    return evaluateQuestion(evaluation, question, context)
  } catch (error) {
    if (error instanceof FlagProblem && error.code === 'FLAG_NOT_FOUND') return undefined
    throw error
  }
}

function textOf(key: string, answer: FlagAnswer): AnswerText {
  const { question, evaluated, reason, variant } = answer
  const said = `{"key":${JSON.stringify(key)},"value":${valueText(evaluated)},"reason":"${reason}","variant":"${variant}",`
  const { known, isCustomized } = evaluated
  return {
    text: `${said}"metadata":${metadataText(answer)}}`,
    what: `${said}${known},${isCustomized}`,
    key: flagKeyOf(question),
    release: evaluated.by.release,
  }
}

/** Writes what `metadataOf` has. Most of it is the same for all answers of a release, and made once. */
function metadataText({ evaluated, environment, account }: FlagAnswer): string {
  const { by, known, isCustomized } = evaluated
  let same = SAME.get(by)
  if (same === undefined) {
    const commit = by.commit === null ? '' : `,"commit":${JSON.stringify(by.commit)}`
    const set = JSON.stringify(environment)
    same = `{"version":"${by.seq}","flagSetId":${set},"release":"${by.release}"${commit},"contextId":`
    SAME.set(by, same)
  }
  const customized = isCustomized === undefined ? '' : `,"isCustomized":${isCustomized}`
  return `${same}${JSON.stringify(account)},"known":${known}${customized}}`
}

const SAME = new WeakMap<object, string>()
