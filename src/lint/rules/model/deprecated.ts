import { own } from '../../../domain/plain-data.ts'
import type { Model } from '../../../domain/settings-types.ts'
import type { PartialGlobals } from '../../../source/link-files.ts'
import { each } from '../../what-rules-read.ts'
import { type Place, type Reporter, type When, defineRule, valueAt } from '../../rule.ts'
import { isFree } from '../../facts/account-policy.ts'

export const deprecated = defineRule({
  id: 'model/deprecated',
  severity: 'warning',
  onlyWarns: 'but-of-changes',
  summary:
    'a model past its deprecation date, as of the commit’s date; with --since an error past its removal, where the ' +
    'change wrote that value',
  fix: 'suggest',
  globals(known, report, when) {
    for (const [name, { fields }] of Object.entries(known.settings?.providers ?? {})) {
      check(known, fields['model'], valueAt('settings.yaml', 'providers', name, 'model'), report, when)
    }
    for (const [name, spec] of Object.entries(known.functions ?? {})) {
      for (const [provider, id] of Object.entries(spec.models)) {
        const at = valueAt('functions.yaml', 'functions', name, 'defaults', 'models', provider)
        check(known, id, at, report, when)
      }
    }
  },
  reads: ({ models }, { date }) => each(models, (model) => endOf(model, date)),
  account({ file, plan, body }, known, report, when) {
    if (isFree(plan)) return
    for (const [section, fields] of Object.entries(body.overrides ?? {})) {
      check(known, fields['model'], valueAt(file, 'overrides', section, 'model'), report, when)
    }
  },
})

/** Returns what has become of a model by a day; undefined while nothing has. */
function endOf(
  { removed_on, deprecated_on }: Model,
  date: string | undefined,
): { removed: boolean; since: string } | undefined {
  if (date === undefined) return undefined
  if (removed_on !== undefined && removed_on <= date) return { removed: true, since: `removed on ${removed_on}` }
  if (deprecated_on === undefined || deprecated_on > date) return undefined
  return { removed: false, since: `deprecated on ${deprecated_on}` }
}

function check({ models }: PartialGlobals, id: unknown, at: Place, report: Reporter, when: When): void {
  const model = typeof id === 'string' ? own(models, id) : undefined
  const end = model && endOf(model, when.date)
  if (model === undefined || end === undefined) return
  const { removed, since } = end
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
