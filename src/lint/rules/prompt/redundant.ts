import { command } from '../../../base/shell-command.ts'
import { sameText } from '../../../domain/placeholders.ts'
import { defineRule, valueAt } from '../../rule.ts'
import { recordsOf } from '../../facts/prompt-texts.ts'

export const redundant = defineRule({
  id: 'prompt/redundant',
  severity: 'warning',
  onlyWarns: true,
  summary: 'a prompt customised to the very text that is global',
  fix: 'suggest',
  reads: ({ prompts }) => prompts,
  account(account, known, report) {
    for (const { type, record, prompt } of recordsOf(account, known)) {
      if (!record.customized || record.value === undefined || !sameText(record.value, prompt.value)) continue
      const way = command('tenfold', 'prompt', 'reset', account.stem, type)
      report({
        at: valueAt(account.file, 'prompts', type, 'value'),
        message: `this is the global ${type} prompt, word for word`,
        help: `${way} follows the global; keep it only to hold the account where it is when the global moves`,
        related: [{ at: valueAt(`prompts/${type}.yaml`, 'value'), message: 'the global text' }],
      })
    }
  },
})
