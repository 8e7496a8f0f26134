import { placeholder, undeclaredIn } from '../../../compile/placeholders.ts'
import { didYouMean, oneOf } from '../../../base/suggest.ts'
import { type Reporter, defineRule } from '../../rule.ts'
import { type EffectiveText, accountTexts, forms, globalTexts } from './texts.ts'

export const unknownVariable = defineRule({
  id: 'prompt/unknown-variable',
  severity: 'error',
  summary: 'a placeholder that the prompt does not declare',
  fix: 'suggest',
  globals: (known, report) => globalTexts(known).forEach((text) => judge(text, report)),
  reads: forms,
  account: (account, known, report) => accountTexts(account, known).forEach((text) => judge(text, report)),
})

function judge({ type, text, prompt, at }: EffectiveText, report: Reporter): void {
  const declared = Object.keys(prompt.variables)
  for (const name of undeclaredIn(text, prompt)) {
    report({
      at,
      message: `the ${type} prompt does not declare ${placeholder(name, prompt.placeholders)}`,
      help: `${didYouMean(name, declared)}declared: ${oneOf(declared)}; a service would send it as it stands`,
      related: [{ at: { file: `prompts/${type}.yaml`, path: ['variables'], part: 'key' }, message: 'the variables' }],
    })
  }
}
