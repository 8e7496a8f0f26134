import { command } from '../../../base/shell-command.ts'
import { limitOf } from '../../../domain/plan-policy.ts'
import { ofPlans } from '../../what-rules-read.ts'
import { defineRule, valueAt } from '../../rule.ts'
import { paidPolicy } from '../../facts/account-policy.ts'

export const limitExceeded = defineRule({
  id: 'plan/limit-exceeded',
  severity: 'error',
  summary: 'a value beyond the plan’s limit',
  fix: 'suggest',
  reads: (known) => ofPlans(known, ({ limits }) => limits),
  account(account, known, report) {
    const policy = paidPolicy(account, known)
    if (policy === undefined) return
    for (const [section, fields] of Object.entries(account.body.overrides ?? {})) {
      for (const [field, value] of Object.entries(fields)) {
        const limit = limitOf(policy, field)
        if (limit === undefined || typeof value !== 'number' || value <= limit) continue
        const way = command('tenfold', 'set', account.stem, `${section}.${field}`, String(limit))
        report({
          at: valueAt(account.file, 'overrides', section, field),
          message: `plan "${policy.plan}" allows ${field} up to ${limit}, not ${value}`,
          help: `write ${limit} or less (${way}), or move the account to another plan`,
          related: [{ at: valueAt('plans.yaml', 'plans', policy.plan, 'limits', field), message: 'the rule' }],
        })
      }
    }
  },
})
