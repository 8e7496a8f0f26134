import { PLANS } from '../../../domain/settings-types.ts'
import { nearest } from '../../../base/did-you-mean.ts'
import { defineRule, keyAt, valueAt } from '../../rule.ts'

export const fourPlans = defineRule({
  id: 'plan/four-plans',
  severity: 'error',
  summary: 'any other set than free, starter, growth and scale in plans.yaml, or Free that may override',
  globals({ written }, report) {
    if (written === undefined) return
    const help = `the plans are exactly ${PLANS.join(', ')}`
    const names = Object.keys(written)
    const extra = names.filter((name) => !PLANS.some((plan) => plan === name))
    for (const name of extra) {
      report({ at: keyAt('plans.yaml', 'plans', name), message: `there is no plan "${name}"`, help })
    }
    for (const plan of PLANS) {
      // A plan that is there under a misspelt name is one error, not two.
      if (names.includes(plan) || extra.some((name) => nearest(name, PLANS) === plan)) continue
      report({ at: keyAt('plans.yaml', 'plans'), message: `the plan "${plan}" is missing`, help })
    }
    for (const [i, item] of (written['free']?.may_override ?? []).entries()) {
      report({
        at: valueAt('plans.yaml', 'plans', 'free', 'may_override', i),
        message: `Free may not override "${item}": Free overrides nothing`,
        help: 'write `may_override: []`, and give the right to a paid plan',
      })
    }
  },
})
