import { nearMissesIn } from '../../../domain/misspelled-placeholders.ts'
import { missingIn, placeholder } from '../../../domain/placeholders.ts'
import { type Reporter, defineRule } from '../../rule.ts'
import { type EffectiveText, MOST_NAMES, accountTexts, forms, globalTexts } from '../../facts/prompt-texts.ts'

export const missingVariable = defineRule({
  id: 'prompt/missing-variable',
  severity: 'error',
  summary: 'a required placeholder absent from the global text, or from whichever text of a record is effective',
  globals: (known, report) => globalTexts(known).forEach((text) => check(text, report)),
  reads: forms,
  account: (account, known, report) => accountTexts(account, known).forEach((text) => check(text, report)),
})

function check({ type, text, prompt, at }: EffectiveText, report: Reporter): void {
  // One that is there in another spelling is `prompt/syntax`, and only that.
  const misses = nearMissesIn(text, prompt)
  const missing = missingIn(text, prompt).filter((name) => !misses.has(name))
  const rest = missing.length - MOST_NAMES
  if (rest > 0) {
    report({
      at,
      message: `the ${type} prompt needs ${rest} more variables that this text lacks`,
      help: 'put them where their content belongs, or declare them with `required: false`',
    })
  }
  for (const name of missing.slice(0, MOST_NAMES)) {
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
