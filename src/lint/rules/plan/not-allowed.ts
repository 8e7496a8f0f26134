import { command } from '../../../base/shell-command.ts'
import { COLLECTIONS } from '../../../domain/settings-types.ts'
import { permits, permitsSome } from '../../../domain/plan-policy.ts'
import { oneOf } from '../../../base/did-you-mean.ts'
import { ofPlans } from '../../what-rules-read.ts'
import { type Place, defineRule, keyAt, valueAt } from '../../rule.ts'
import { paidPolicy } from '../../facts/account-policy.ts'

export const notAllowed = defineRule({
  id: 'plan/not-allowed',
  severity: 'error',
  summary: 'a field or section that the plan may not override',
  fix: 'suggest',
  reads: (known) => ofPlans(known, ({ may_override }) => may_override),
  account(account, known, report) {
    const policy = paidPolicy(account, known)
    if (policy === undefined) return
    const { file, stem, body, plan } = account
    const may = policy.rule.may_override
    const refuse = (at: Place, what: string, way: string): void =>
      report({
        at,
        message: `plan "${plan}" may not override ${what}`,
        help: `${way}, or move the account to another plan; ${plan} may override ${oneOf(may)}`,
        related: [{ at: valueAt('plans.yaml', 'plans', plan, 'may_override'), message: 'the rule' }],
      })
    for (const [section, fields] of Object.entries(body.overrides ?? {})) {
      if (!permitsSome(policy, section)) {
        refuse(keyAt(file, 'overrides', section), section, 'delete it')
        continue
      }
      for (const field of Object.keys(fields)) {
        if (permits(policy, section, field)) continue
        const name = `${section}.${field}`
        refuse(keyAt(file, 'overrides', section, field), name, `delete it (${command('tenfold', 'unset', stem, name)})`)
      }
    }
    for (const section of COLLECTIONS) {
      if (body[section] !== undefined && !permits(policy, section)) refuse(keyAt(file, section), section, 'delete it')
    }
  },
})
