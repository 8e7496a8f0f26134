import { command } from '../../../base/shell-command.ts'
import { defineRule, keyAt } from '../../rule.ts'

export const freeNoOverrides = defineRule({
  id: 'plan/free-no-overrides',
  severity: 'error',
  summary: 'any override section in a Free account, even an empty one',
  fix: 'suggest',
  reads: () => null,
  account({ file, stem, plan, sections }, _known, report) {
    if (plan !== 'free') return
    for (const section of sections) {
      report({
        at: keyAt(file, section),
        message: `a Free account overrides nothing, and "${stem}" has ${section}`,
        help:
          `delete ${section} (${command('tenfold', 'plan', stem, 'free', '--drop-overrides')} does), ` +
          'or move the account to a paid plan',
        related: [{ at: { file: 'plans.yaml', path: ['plans', 'free'], part: 'key' }, message: 'the plan' }],
      })
    }
  },
})
