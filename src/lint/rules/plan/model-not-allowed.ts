import { own } from '../../../domain/plain-data.ts'
import { type Policy, permitsModel } from '../../../domain/plan-policy.ts'
import { layer, serves } from '../../../domain/resolve-answers.ts'
import { type PartialGlobals, layerable, type AccountModel } from '../../../source/link-files.ts'
import { oneOf } from '../../../base/did-you-mean.ts'
import { models, ofPlans } from '../../what-rules-read.ts'
import { type Place, type Reporter, defineRule, valueAt } from '../../rule.ts'
import { paidPolicy } from '../../facts/account-policy.ts'

export const modelNotAllowed = defineRule({
  id: 'plan/model-not-allowed',
  severity: 'error',
  summary: 'a model that the plan may not use: written by the account, or reached by its choice of provider',
  fix: 'suggest',
  reads(known) {
    const lists = ofPlans(known, (plan) => plan.models)
    return Object.values(lists ?? {}).every((list) => list === null) ? null : [lists, models(known)]
  },
  account(account, known, report) {
    const policy = paidPolicy(account, known)
    if (policy === undefined || policy.rule.models === undefined) return
    for (const [section, fields] of Object.entries(account.body.overrides ?? {})) {
      const model = fields['model']
      if (typeof model === 'string' && !permitsModel(policy, model)) {
        refuse(policy, model, section, valueAt(account.file, 'overrides', section, 'model'), known, report)
      }
    }
    reached(account, policy, known, report)
  },
})

/** Checks the resolved model where the account chose the provider: reported at the provider, once. */
function reached(account: AccountModel, policy: Policy, known: PartialGlobals, report: Reporter): void {
  const globals = layerable(known)
  if (globals === undefined) return
  for (const kind of Object.keys(globals.vocabulary.kinds)) {
    const provider = own(account.body.overrides, kind)?.['provider']
    if (typeof provider !== 'string' || !serves(globals, provider, kind)) continue
    for (const spec of Object.values(globals.functions)) {
      if (spec.kind !== kind) continue
      const model = layer(globals, account.body.overrides, spec).fields.get('model')
      if (model === undefined || model.layer === 'account' || typeof model.value !== 'string') continue
      if (permitsModel(policy, model.value)) continue
      refuse(policy, model.value, provider, valueAt(account.file, 'overrides', kind, 'provider'), known, report)
      break
    }
  }
}

function refuse(
  policy: Policy,
  model: string,
  provider: string,
  at: Place,
  { models }: PartialGlobals,
  report: Reporter,
): void {
  const others = Object.keys(models ?? {}).filter(
    (id) => own(models, id)?.provider === provider && permitsModel(policy, id),
  )
  const list = policy.rule.models?.allow === undefined ? 'deny' : 'allow'
  report({
    at,
    message: `plan "${policy.plan}" may not use model "${model}"`,
    help:
      others.length === 0
        ? 'use another provider, or another plan'
        : `use ${oneOf(others)}, or move the account to another plan`,
    related: [{ at: valueAt('plans.yaml', 'plans', policy.plan, 'models', list), message: 'the rule' }],
  })
}
