import { garbledIn, missingIn, placeholder } from '../../../compile/placeholders.ts'
import { type Reporter, defineRule } from '../../rule.ts'
import { type EffectiveText, accountTexts, forms, globalTexts } from './texts.ts'

export const missingVariable = defineRule({
  id: 'prompt/missing-variable',
  severity: 'error',
  summary: 'a required placeholder absent from the global text, or from whichever text of a record is effective',
  globals: (known, report) => globalTexts(known).forEach((text) => judge(text, report)),
  reads: forms,
  account: (account, known, report) => accountTexts(account, known).forEach((text) => judge(text, report)),
})

function judge({ type, text, prompt, at }: EffectiveText, report: Reporter): void {
  // One that is there in a wrong form is `prompt/syntax`, and only that.
  const garbled = garbledIn(text, prompt)
  for (const name of missingIn(text, prompt)) {
    if (garbled.has(name)) continue
    const written = placeholder(name, prompt.placeholders)
    report({
      at,
      message: `the ${type} prompt needs ${written}, and this text lacks it`,
      help: `put ${written} where its content belongs, or declare it with \`required: false\``,
      related: [
        { at: { file: `prompts/${type}.yaml`, path: ['variables', name], part: 'key' }, message: 'declared here' },
      ],
    })
  }
}
