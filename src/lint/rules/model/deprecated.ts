import { own } from '../../../bundle/model.ts'
import type { Known } from '../../../compile/link.ts'
import { type Place, type Reporter, type When, defineRule, valueAt } from '../../rule.ts'
import { isFree } from '../plan/policy.ts'

export const deprecated = defineRule({
  id: 'model/deprecated',
  severity: 'warning',
  summary:
    'a model past its deprecation date, as of the commit’s date; with --since an error past its removal, where the ' +
    'change wrote that value',
  fix: 'suggest',
  globals(known, report, when) {
    for (const [name, { fields }] of Object.entries(known.settings?.providers ?? {})) {
      judge(known, fields['model'], valueAt('settings.yaml', 'providers', name, 'model'), report, when)
    }
    for (const [name, spec] of Object.entries(known.functions ?? {})) {
      for (const [provider, id] of Object.entries(spec.models)) {
        const at = valueAt('functions.yaml', 'functions', name, 'defaults', 'models', provider)
        judge(known, id, at, report, when)
      }
    }
  },
  account({ file, plan, body }, known, report, when) {
    if (isFree(plan)) return
    for (const [section, fields] of Object.entries(body.overrides ?? {})) {
      judge(known, fields['model'], valueAt(file, 'overrides', section, 'model'), report, when)
    }
  },
})

function judge({ models }: Known, id: unknown, at: Place, report: Reporter, when: When): void {
  const model = typeof id === 'string' ? own(models, id) : undefined
  if (model === undefined || when.date === undefined) return
  const removed = model.removed_on !== undefined && model.removed_on <= when.date
  if (!removed && (model.deprecated_on === undefined || model.deprecated_on > when.date)) return
  const since = removed ? `removed on ${model.removed_on}` : `deprecated on ${model.deprecated_on}`
  report({
    at,
    ...(removed && when.touched?.(at) === true && { severity: 'error' }),
    message: `model "${String(id)}" was ${since}`,
    help: model.successor === undefined ? 'choose another model' : `use ${model.successor}`,
    related: [
      {
        at: valueAt('models.yaml', 'models', String(id), removed ? 'removed_on' : 'deprecated_on'),
        message: 'the date',
      },
    ],
  })
}
