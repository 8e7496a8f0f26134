import { own } from '../../../domain/plain-data.ts'
import type { Globals } from '../../../domain/settings-types.ts'
import { takenBy } from '../../../domain/model-fit.ts'
import { parameterOf } from '../../../domain/vocabulary-fields.ts'
import { kindOf, kindOfSection, rangeOf } from '../../../domain/vocabulary.ts'
import { serves } from '../../../domain/resolve-answers.ts'
import { type PartialGlobals, layerable, withoutLayers } from '../../../source/link-files.ts'
import { oneOf } from '../../../base/did-you-mean.ts'
import { fits } from '../../what-rules-read.ts'
import { type Place, type Reporter, defineRule, valueAt } from '../../rule.ts'
import { isFree } from '../../facts/account-policy.ts'
import { type ModelConflict, type ConflictOrigin, conflicts } from '../../facts/model-conflicts.ts'

export const mismatch = defineRule({
  id: 'model/mismatch',
  severity: 'error',
  summary: 'after layering, a model of another provider or kind, or a value that the model does not take',
  fix: 'suggest',
  globals(known, report) {
    catalogue(known, report)
    const globals = layerable(known)
    if (globals === undefined) return
    const reportOnce = once(globals, report)
    for (const [provider, { kind }] of Object.entries(globals.vocabulary.providers)) {
      for (const { name, spec } of functionsOf(globals, kind)) {
        for (const conflict of conflicts({ globals: withBlock(globals, provider), name, spec }, provider)) {
          // A conflict that arises only where an account chooses the provider is that account's to answer for.
          if (conflict.isSelected || conflict.isGlobal) reportOnce(conflict)
        }
      }
    }
  },
  reads: fits,
  account({ file, plan, body }, known, report) {
    const { overrides } = body
    const globals = overrides === undefined || isFree(plan) ? undefined : (layerable(known) ?? withoutLayers(known))
    if (globals === undefined || overrides === undefined) return
    const reportOnce = once(globals, report)
    const check = (origin: ConflictOrigin, forced?: string): void => {
      for (const conflict of conflicts(origin, forced)) {
        if (conflict.blamed.layer === 'account' && !conflict.isGlobal) reportOnce(conflict)
      }
    }
    const { vocabulary } = globals
    for (const kind of Object.keys(vocabulary.kinds)) {
      // Where the account sets nothing of a kind, nothing of it is the account's fault.
      if (!Object.keys(overrides).some((section) => kindOfSection(vocabulary, section) === kind)) continue
      const choice = own(overrides, kind)?.['provider']
      const chosen = typeof choice === 'string' ? choice : own(globals.sections, kind)?.provider
      const functions = functionsOf(globals, kind)
      // Every overridden block is checked, selected or not: the account may select it tomorrow.
      const isServed = chosen !== undefined && serves(globals, chosen, kind)
      if (isServed) {
        for (const { name, spec } of functions) check({ globals, name, spec, file, overrides })
      }
      for (const provider of Object.keys(overrides)) {
        if (kindOf(vocabulary, provider) !== kind || (provider === chosen && isServed)) continue
        const whole = withBlock(globals, provider)
        for (const { name, spec } of functions) check({ globals: whole, name, spec, file, overrides }, provider)
      }
    }
  },
})

/** Adds to the globals an empty block for a provider that nothing selects: what overrides it is checked by itself. */
function withBlock(globals: Globals, provider: string): Globals {
  if (own(globals.providers, provider) !== undefined) return globals
  return { ...globals, providers: { ...globals.providers, [provider]: { secret: '', fields: {} } } }
}

/** Returns the functions of a kind; where there is none, a bare one, so that the blocks are checked all the same. */
function functionsOf(globals: Globals, kind: string): { name: string; spec: ConflictOrigin['spec'] }[] {
  const found = Object.entries(globals.functions).filter(([, spec]) => spec.kind === kind)
  if (found.length === 0) return [{ name: '', spec: { kind, prompts: [], defaults: {}, models: {} } }]
  return found.map(([name, spec]) => ({ name, spec }))
}

/** Reports a model whose own kind is not its provider's. */
function catalogue({ models, vocabulary }: PartialGlobals, report: Reporter): void {
  for (const [id, { provider, kind }] of Object.entries(models ?? {})) {
    const served = vocabulary && kindOf(vocabulary, provider)
    if (served === undefined || served === kind) continue
    report({
      at: valueAt('models.yaml', 'models', id, 'kind'),
      message: `model "${id}" is of kind ${kind}, and its provider ${provider} serves ${served}`,
      help: `write kind: ${served}, or name another provider`,
      related: [{ at: valueAt('models.yaml', 'models', id, 'provider'), message: 'the provider' }],
    })
  }
}

/** Reports one error per value, however many functions it spoils. */
function once(globals: Globals, report: Reporter): (conflict: ModelConflict) => void {
  const reported = new Set<string>()
  return (conflict) => {
    const key = placeKey(conflict.blamed.at)
    if (reported.has(key)) return
    reported.add(key)
    const message = conflict.misfit.field === 'model' ? 'the provider' : 'the other value'
    report({
      at: conflict.blamed.at,
      ...words(globals, conflict),
      related: [{ at: conflict.other, message }],
    })
  }
}

function placeKey(place: Place): string {
  return 'path' in place ? `${place.file}\0${place.path.join('\0')}` : `${place.file}\0${place.span.start}`
}

function words(
  globals: Globals,
  { misfit, model, value, provider, isSelected }: ModelConflict,
): { message: string; help: string } {
  const { field, allowed } = misfit
  const belongs = own(globals.models, model)
  const others = Object.keys(globals.models).filter((id) => own(globals.models, id)?.provider === provider)
  switch (misfit.reason) {
    case 'provider':
    case 'kind': {
      const owner = belongs?.provider ?? 'nobody'
      const isChoice = isSelected && belongs?.kind === kindOf(globals.vocabulary, provider)
      return {
        message: `model "${model}" belongs to ${owner} (${belongs?.kind ?? ''}), not to ${provider}`,
        help: `use ${oneOf(others)}${isChoice ? `, or choose provider ${owner}` : ''}`,
      }
    }
    case 'unlisted':
      return {
        message: `model "${model}" has no ${field}`,
        help: `delete ${field}, or use a model that has it`,
      }
    case 'choice':
      return {
        message: `model "${model}" does not take ${field} "${String(value)}"`,
        help: `use ${oneOf(allowed.map(String))}, or another model`,
      }
    case 'form':
      return {
        message: `${provider} does not take ${field} "${String(value)}"`,
        help: 'write width x height, such as 1024x1024',
      }
    case 'above':
    case 'below': {
      const parameter = parameterOf(globals.vocabulary, provider, field)
      const { minimum, maximum } = (belongs && parameter && takenBy(belongs, field, parameter)) ?? {}
      const unit = parameter?.unit === undefined ? '' : ` ${parameter.unit}`
      const isAbove = misfit.reason === 'above'
      return {
        message: `model "${model}" takes a ${field} of ${rangeOf(minimum, maximum)}${unit}, not ${String(value)}`,
        help: `set ${field} to ${String(allowed[0])} or ${isAbove ? 'less' : 'more'}, or use another model`,
      }
    }
  }
}
