import { type Dict, own } from '../../../domain/plain-data.ts'
import { BUILT_IN } from '../../../domain/built-in-vocabulary.ts'
import { PLANS } from '../../../domain/settings-types.ts'
import { kindOf, providersOf } from '../../../domain/vocabulary.ts'
import type { PartialGlobals } from '../../../source/link-files.ts'
import { didYouMean, oneOf } from '../../../base/did-you-mean.ts'
import { each, names } from '../../what-rules-read.ts'
import { type Place, type Reporter, defineRule, keyAt, valueAt } from '../../rule.ts'
import { isFree } from '../../facts/account-policy.ts'

export const unknown = defineRule({
  id: 'ref/unknown',
  severity: 'error',
  summary: 'a model, prompt type, provider or plan that nothing defines',
  fix: 'suggest',
  globals(known, report) {
    settingsAndModels(known, report)
    for (const [name, plan] of Object.entries(known.written ?? {})) {
      for (const list of ['allow', 'deny'] as const) {
        for (const [i, id] of (plan.models?.[list] ?? []).entries()) {
          aModel(known, id, valueAt('plans.yaml', 'plans', name, 'models', list, i), report)
        }
      }
    }
    for (const [name, spec] of Object.entries(known.functions ?? {})) {
      for (const [i, type] of spec.prompts.entries()) {
        aPromptType(known, type, valueAt('functions.yaml', 'functions', name, 'prompts', i), report)
      }
      for (const [provider, id] of Object.entries(spec.models)) {
        aModel(known, id, valueAt('functions.yaml', 'functions', name, 'defaults', 'models', provider), report)
      }
    }
    for (const [id, strategy] of Object.entries(known.strategies)) {
      promptTypes(known, strategy, (i) => valueAt(`strategies/${id}.yaml`, 'prompt_types', i), report)
    }
  },
  reads: ({ vocabulary, settings, models, prompts }) => [
    each(vocabulary?.providers, ({ kind }) => kind),
    names(settings?.providers),
    names(models),
    names(prompts),
  ],
  account(account, known, report) {
    const { file, body } = account
    if (!PLANS.some((plan) => plan === account.plan)) {
      report({
        at: valueAt(file, 'plan'),
        message: `no plan "${account.plan}"`,
        help: `${didYouMean(account.plan, PLANS)}the plans are ${PLANS.join(', ')}`,
      })
    }
    if (isFree(account.plan)) return
    for (const [section, fields] of Object.entries(body.overrides ?? {})) {
      const at = valueAt(file, 'overrides', section, 'provider')
      if (typeof fields['provider'] === 'string') {
        if (aProvider(known, fields['provider'], section, at, report)) defined(known, fields['provider'], at, report)
      }
      if (typeof fields['model'] === 'string') {
        aModel(known, fields['model'], valueAt(file, 'overrides', section, 'model'), report)
      }
    }
    for (const type of Object.keys(body.prompts ?? {})) {
      aPromptType(known, type, keyAt(file, 'prompts', type), report)
    }
    for (const [id, strategy] of Object.entries(body.strategies ?? {})) {
      promptTypes(known, strategy, (i) => valueAt(file, 'strategies', id, 'prompt_types', i), report)
    }
  },
})

function settingsAndModels(known: PartialGlobals, report: Reporter): void {
  const { settings, models } = known
  if (settings !== undefined) {
    for (const [kind, { provider }] of Object.entries(settings.sections)) {
      aProvider(known, provider, kind, valueAt('settings.yaml', kind, 'provider'), report)
    }
    for (const [name, { fields }] of Object.entries(settings.providers)) {
      const id = fields['model']
      if (typeof id === 'string') aModel(known, id, valueAt('settings.yaml', 'providers', name, 'model'), report)
    }
  }
  for (const [id, model] of Object.entries(models ?? {})) {
    aProvider(known, model.provider, undefined, valueAt('models.yaml', 'models', id, 'provider'), report)
    if (model.successor !== undefined) {
      aModel(known, model.successor, valueAt('models.yaml', 'models', id, 'successor'), report)
    }
  }
}

/** Whether the provider exists and serves this kind. */
function aProvider(
  { vocabulary = BUILT_IN }: PartialGlobals,
  name: string,
  kind: string | undefined,
  at: Place,
  report: Reporter,
): boolean {
  const known = kind === undefined ? Object.keys(vocabulary.providers) : providersOf(vocabulary, kind)
  if (known.includes(name)) return true
  const served = kindOf(vocabulary, name)
  const other = served === undefined ? '' : `; it is of another kind, ${served}`
  report({
    at,
    message: `no ${kind === undefined ? '' : `${kind} `}provider "${name}"${other}`,
    help: known.length === 0 ? DECLARE : `${didYouMean(name, known)}use ${oneOf(known)}, or ${DECLARE}`,
  })
  return false
}

const DECLARE = 'declare it in providers.yaml'

function defined(known: PartialGlobals, name: string, at: Place, report: Reporter): void {
  if (known.settings === undefined || own(known.settings.providers, name) !== undefined) return
  const { vocabulary = BUILT_IN, settings } = known
  const kind = kindOf(vocabulary, name)
  const others = Object.keys(settings.providers).filter((other) => kindOf(vocabulary, other) === kind)
  report({
    at,
    message: `provider "${name}" has no block in settings.yaml`,
    help: `${others.length === 0 ? '' : `use ${oneOf(others)}, or `}add providers.${name} to settings.yaml`,
    related: [{ at: { file: 'settings.yaml', path: ['providers'], part: 'key' }, message: 'the providers there are' }],
  })
}

function aModel({ models }: PartialGlobals, id: string, at: Place, report: Reporter): void {
  if (models === undefined || own(models, id) !== undefined) return
  const ids = Object.keys(models)
  report({ at, message: `no model "${id}" in models.yaml`, help: `${didYouMean(id, ids)}the models are ${oneOf(ids)}` })
}

function aPromptType({ prompts }: PartialGlobals, type: string, at: Place, report: Reporter): void {
  if (Object.hasOwn(prompts, type)) return
  const types = Object.keys(prompts)
  report({
    at,
    message: `no prompt type "${type}": there is no prompts/${type}.yaml`,
    help:
      types.length === 0
        ? `create prompts/${type}.yaml: there is no prompt type yet`
        : `${didYouMean(type, types)}the prompt types are ${oneOf(types)}`,
  })
}

function promptTypes(known: PartialGlobals, strategy: Dict<unknown>, at: (i: number) => Place, report: Reporter): void {
  const types = strategy['prompt_types']
  if (!Array.isArray(types)) return
  for (const [i, type] of types.entries()) aPromptType(known, String(type), at(i), report)
}
