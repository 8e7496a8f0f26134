import type { GlobalPrompt } from '../../domain/settings-types.ts'
import type { PartialGlobals, AccountModel } from '../../source/link-files.ts'
import { each } from '../what-rules-read.ts'
import { type Place, valueAt } from '../rule.ts'
import { isFree } from './account-policy.ts'

/** A text that a service may send, the prompt that it belongs to, and its place. */
export interface EffectiveText {
  readonly type: string
  readonly text: string
  readonly prompt: GlobalPrompt
  readonly at: Place
}

export function globalTexts({ prompts }: PartialGlobals): EffectiveText[] {
  return Object.entries(prompts).flatMap(([type, prompt]) =>
    prompt === null ? [] : [{ type, text: prompt.value, prompt, at: valueAt(`prompts/${type}.yaml`, 'value') }],
  )
}

/** Returns, for each record, whichever of its texts is effective. */
export function accountTexts(account: AccountModel, known: PartialGlobals): EffectiveText[] {
  return recordsOf(account, known).map(({ type, record, prompt }) => {
    const part = record.customized ? 'value' : 'default'
    return { type, prompt, text: record[part] ?? record.default, at: valueAt(account.file, 'prompts', type, part) }
  })
}

/** More names than these in one text are only counted: each is a diagnostic at the same place. */
export const MOST_NAMES = 100

/** Returns what a text is compared with, independent of the global text. */
export function forms({ prompts }: PartialGlobals): unknown {
  return each(prompts, (prompt) => prompt && [prompt.placeholders, prompt.variables])
}

/** Returns the account's records whose global prompt is known. */
export function recordsOf({ plan, body }: AccountModel, { prompts }: PartialGlobals): PromptOf[] {
  if (isFree(plan)) return []
  return Object.entries(body.prompts ?? {}).flatMap(([type, record]) => {
    const prompt = Object.hasOwn(prompts, type) ? prompts[type] : undefined
    return prompt === null || prompt === undefined ? [] : [{ type, record, prompt }]
  })
}

export interface PromptOf {
  readonly type: string
  readonly record: NonNullable<NonNullable<AccountModel['body']['prompts']>[string]>
  readonly prompt: GlobalPrompt
}
