import { placeholder, undeclaredIn } from '../../../domain/placeholders.ts'
import { didYouMean, oneOf } from '../../../base/did-you-mean.ts'
import { type Reporter, defineRule } from '../../rule.ts'
import { type EffectiveText, MOST_NAMES, accountTexts, forms, globalTexts } from '../../facts/prompt-texts.ts'

export const unknownVariable = defineRule({
  id: 'prompt/unknown-variable',
  severity: 'error',
  summary: 'a placeholder that the prompt does not declare',
  fix: 'suggest',
  globals: (known, report) => globalTexts(known).forEach((text) => check(text, report)),
  reads: forms,
  account: (account, known, report) => accountTexts(account, known).forEach((text) => check(text, report)),
})

function check({ type, text, prompt, at }: EffectiveText, report: Reporter): void {
  const declared = Object.keys(prompt.variables)
  const names = undeclaredIn(text, prompt)
  const reportOne = (what: string, near: string, keep: string): void => {
    report({
      at,
      message: `the ${type} prompt does not declare ${what}`,
      help: `${near}declared: ${oneOf(declared)}; a service would send it as it is, and ${keep} says that it is text`,
      related: [{ at: { file: `prompts/${type}.yaml`, path: ['variables'], part: 'key' }, message: 'the variables' }],
    })
  }
  for (const name of names.slice(0, MOST_NAMES)) {
    reportOne(
      placeholder(name, prompt.placeholders),
      didYouMean(name, declared),
      `\`${name}: { literal: true }\` in variables`,
    )
  }
  if (names.length > MOST_NAMES) reportOne(`${names.length - MOST_NAMES} more placeholders`, '', '`literal: true`')
}
