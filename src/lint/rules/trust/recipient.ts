import { own } from '../../../domain/plain-data.ts'
import { didYouMean, oneOf } from '../../../base/did-you-mean.ts'
import { defineRule, valueAt } from '../../rule.ts'

export const recipient = defineRule({
  id: 'trust/recipient',
  severity: 'error',
  summary: 'a recipient in tenfold.yaml that the root of trust does not have for the environment',
  globals({ tenfold, trust }, report) {
    if (tenfold?.recipients === undefined || trust === undefined || trust.problem !== undefined) return
    const environment = tenfold.environment ?? 'production'
    const known = own(trust.recipients, environment) ?? {}
    const names = Object.keys(known)
    const listed = names.length > 0 ? `the recipients are ${oneOf(names)}; ` : ''
    for (const [i, name] of tenfold.recipients.entries()) {
      if (names.includes(name) || Object.values(known).includes(name)) continue
      report({
        at: valueAt('tenfold.yaml', 'recipients', i),
        message: `the root of trust has no recipient "${name}" for ${environment}`,
        help: `${didYouMean(name, names)}${listed}tenfold.yaml may leave some out and add none`,
      })
    }
  },
})
