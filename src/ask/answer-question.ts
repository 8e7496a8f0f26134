import { type Dict, own } from '../domain/plain-data.ts'
import type { Account, PlanName } from '../domain/settings-types.ts'
import { resolvePrompt } from '../domain/resolve-answers.ts'
import { flatAccount, functionAnswer } from '../domain/flat-form.ts'
import { ACCOUNTS, ANSWERING } from '../source/file-layout.ts'
import { type PartialGlobals, lenient } from '../source/link-files.ts'
import type { Tree } from '../source/list-folder.ts'

/** A question about one account: a function's answer, a prompt's, or everything that it gets. */
export type Question =
  | { readonly is: 'function'; readonly name: string }
  | { readonly is: 'prompt'; readonly type: string }
  | { readonly is: 'everything' }

/**
 * Returns the paths that an answer depends on, in a configuration that lists the files of only one account. A mistake
 * in any other file does not matter: not in a prompt or a profile where a function is asked for, nor in settings where
 * a prompt is, nor in `tenfold.yaml`, `trust/` and `rules/`, which check and do not answer.
 */
export function dependenciesOf(question: Question, tree: Tree): Set<string> {
  const paths = new Set<string>(requiredFor(question))
  for (const { path } of [...tree.files, ...tree.unexpected]) if (isAsked(question, path)) paths.add(path)
  return paths
}

function requiredFor(question: Question): readonly string[] {
  return question.is === 'prompt' ? ['providers.yaml', 'plans.yaml', `prompts/${question.type}.yaml`] : ANSWERING
}

/** Whatever is listed below `accounts/` has the account's name, or would lead to its file. */
function isAsked(question: Question, path: string): boolean {
  const [folder = ''] = path.split('/', 1)
  return folder === ACCOUNTS || (question.is === 'everything' && CONTENT.has(folder))
}

const CONTENT: ReadonlySet<string> = new Set(['prompts', 'author-profiles', 'strategies'])

/** Returns a function's answer, where there is one of that name and what it depends on is known. */
export function answerOfFunction(
  known: PartialGlobals,
  account: Account | undefined,
  name: string,
  plan?: PlanName,
): ReturnType<typeof functionAnswer> {
  const globals = lenient(known)
  return globals && functionAnswer(globals, account, name, plan)
}

/** Returns the same for a prompt, which needs neither settings nor models nor functions. */
export function answerOfPrompt(
  { plans, prompts }: PartialGlobals,
  account: Account | undefined,
  type: string,
  plan?: PlanName,
): ReturnType<typeof resolvePrompt> {
  const prompt = own(prompts, type)
  if (plans === undefined || prompt === undefined || prompt === null) return undefined
  return resolvePrompt({ plans, prompts: { [type]: prompt } }, account, type, plan)
}

/**
 * Returns the part of an account's flat form that answers a question; without an account, of what every account
 * inherits.
 */
export function flatAnswer(question: Question, known: PartialGlobals, account: Account | undefined): Dict<unknown> {
  if (question.is === 'everything') {
    const globals = lenient(known)
    return globals === undefined ? {} : flatAccount(globals, account)
  }
  if (question.is === 'function') {
    const answer = answerOfFunction(known, account, question.name)
    return answer === undefined ? {} : { functions: { [question.name]: answer } }
  }
  const answer = answerOfPrompt(known, account, question.type)
  return answer === undefined ? {} : { prompts: { [question.type]: answer } }
}
