import { garbledIn } from '../../../compile/garbled.ts'
import { placeholder } from '../../../compile/placeholders.ts'
import { type Reporter, defineRule } from '../../rule.ts'
import { type EffectiveText, MOST_NAMES, accountTexts, forms, globalTexts } from './texts.ts'

export const syntax = defineRule({
  id: 'prompt/syntax',
  severity: 'error',
  summary: 'a declared variable written in the other form, or with a bracket missing; other brackets are text',
  globals: (known, report) => globalTexts(known).forEach((text) => judge(text, report)),
  reads: forms,
  account: (account, known, report) => accountTexts(account, known).forEach((text) => judge(text, report)),
})

function judge({ type, text, prompt, at }: EffectiveText, report: Reporter): void {
  const garbled = [...garbledIn(text, prompt)]
  const rest = garbled.length - MOST_NAMES
  if (rest > 0) {
    report({
      at,
      message: `the ${type} prompt writes ${rest} more variables that are no placeholders`,
      help: 'write them in the form of the prompt',
    })
  }
  for (const [name, written] of garbled.slice(0, MOST_NAMES)) {
    report({
      at,
      message: `the ${type} prompt writes ${written}, which is no placeholder`,
      help: `write ${placeholder(name, prompt.placeholders)}`,
      related: [{ at: { file: `prompts/${type}.yaml`, path: ['placeholders'], part: 'value' }, message: 'the form' }],
    })
  }
}
