import { type NearMiss, nearMissesIn } from '../../../domain/misspelled-placeholders.ts'
import { missingIn, placeholder } from '../../../domain/placeholders.ts'
import type { PartialGlobals } from '../../../source/link-files.ts'
import { type Reporter, defineRule, valueAt } from '../../rule.ts'
import { type EffectiveText, MOST_NAMES, accountTexts, forms, globalTexts } from '../../facts/prompt-texts.ts'

export const syntax = defineRule({
  id: 'prompt/syntax',
  severity: 'error',
  summary:
    'another spelling of a declared variable; an error where a required one has no right spelling, else a warning',
  globals: (known, report) => {
    globalTexts(known).forEach((text) => check(text, report))
    checkWithout(known, report)
  },
  reads: forms,
  account: (account, known, report) => accountTexts(account, known).forEach((text) => check(text, report)),
})

function check({ type, text, prompt, at }: EffectiveText, report: Reporter): void {
  const misses = [...nearMissesIn(text, prompt)]
  if (misses.length === 0) return
  const missing = new Set(missingIn(text, prompt))
  const severity = (those: readonly (readonly [string, NearMiss])[]): 'error' | 'warning' =>
    those.some(([name]) => missing.has(name)) ? 'error' : 'warning'
  for (const miss of misses.slice(0, MOST_NAMES)) {
    const [name, { written, why }] = miss
    report({
      at,
      severity: severity([miss]),
      message: `the ${type} prompt writes ${written}, which is no placeholder: ${why}`,
      help: `write ${placeholder(name, prompt.placeholders)}`,
      related: [
        { at: { file: `prompts/${type}.yaml`, path: ['variables', name], part: 'key' }, message: 'declared here' },
      ],
    })
  }
  const rest = misses.slice(MOST_NAMES)
  if (rest.length > 0) {
    report({
      at,
      severity: severity(rest),
      message: `the ${type} prompt writes ${rest.length} more variables that are no placeholders`,
      help: 'write them in the form of the prompt',
    })
  }
}

/** Reports variables of a prompt that has no placeholders: nothing can ever be put in their place. */
function checkWithout({ prompts }: PartialGlobals, report: Reporter): void {
  for (const [type, prompt] of Object.entries(prompts)) {
    if (prompt === null || prompt.placeholders !== 'none') continue
    const required = Object.values(prompt.variables)
    if (required.length === 0) continue
    report({
      at: valueAt(`prompts/${type}.yaml`, 'variables'),
      severity: required.includes(true) ? 'error' : 'warning',
      message: `the ${type} prompt declares variables, and has no placeholders to put them in`,
      help: 'write `placeholders: brackets` or `placeholders: braces`, or delete `variables`',
      related: [{ at: valueAt(`prompts/${type}.yaml`, 'placeholders'), message: 'the form' }],
    })
  }
}
