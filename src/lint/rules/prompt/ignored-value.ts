import { sameText } from '../../../domain/placeholders.ts'
import { defineRule, valueAt } from '../../rule.ts'
import { recordsOf } from '../../facts/prompt-texts.ts'

export const ignoredValue = defineRule({
  id: 'prompt/ignored-value',
  severity: 'warning',
  onlyWarns: true,
  summary: '`customized: false` beside a value that differs from the default: the value is ignored',
  reads: ({ prompts }) => prompts,
  account(account, known, report) {
    for (const { type, record } of recordsOf(account, known)) {
      if (record.customized || record.value === undefined || sameText(record.value, record.default)) continue
      report({
        at: valueAt(account.file, 'prompts', type, 'value'),
        message: `this text is ignored: the ${type} prompt is not customised`,
        help: 'write `customized: true` to use it, or delete `value`',
        related: [{ at: valueAt(account.file, 'prompts', type, 'customized'), message: 'switched off here' }],
      })
    }
  },
})
