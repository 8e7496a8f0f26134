import { command } from '../../../base/shell-command.ts'
import { missingIn, sameText, undeclaredIn } from '../../../domain/placeholders.ts'
import { defineRule, valueAt } from '../../rule.ts'
import { recordsOf } from '../../facts/prompt-texts.ts'

export const staleDefault = defineRule({
  id: 'prompt/stale-default',
  severity: 'warning',
  summary: 'the global text moved since the account customised; an error where the required variables changed',
  fix: 'suggest',
  reads: ({ prompts }) => prompts,
  account(account, known, report) {
    for (const { type, record, prompt } of recordsOf(account, known)) {
      if (sameText(record.default, prompt.value)) continue
      const changed = [...missingIn(record.default, prompt), ...undeclaredIn(record.default, prompt)]
      const grave = changed.length > 0
      const way = (name: string): string => command('tenfold', 'prompt', name, account.stem, type)
      const merges = record.customized ? 'merges the change into `value`' : 'moves the account to today’s text'
      report({
        at: valueAt(account.file, 'prompts', type, 'default'),
        ...(grave && { severity: 'error' }),
        message: grave
          ? `the global ${type} prompt moved since, and so did its variables: ${changed.join(', ')}`
          : `the global ${type} prompt moved since this account ${record.customized ? 'customised it' : 'was pinned'}`,
        help: `${way('rebase')} ${merges}, ${way('reset')} follows the global`,
        related: [{ at: valueAt(`prompts/${type}.yaml`, 'value'), message: 'the global text today' }],
      })
    }
  },
})
