import { type Globals, type Kind, PROVIDERS, isProvider, own } from '../../../domain/settings-types.ts'
import { serves } from '../../../domain/resolve-answers.ts'
import { type PartialGlobals, layerable } from '../../../source/link-files.ts'
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
    for (const provider of Object.keys(PROVIDERS).filter(isProvider)) {
      const { kind } = PROVIDERS[provider]
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
    const globals = overrides === undefined || isFree(plan) ? undefined : layerable(known)
    if (globals === undefined || overrides === undefined) return
    const reportOnce = once(globals, report)
    const check = (origin: ConflictOrigin, forced?: string): void => {
      for (const conflict of conflicts(origin, forced)) {
        if (conflict.blamed.layer === 'account' && !conflict.isGlobal) reportOnce(conflict)
      }
    }
    for (const kind of ['text', 'image'] as const) {
      // Where the account sets nothing of a kind, nothing of it is the account's fault.
      if (!Object.keys(overrides).some((section) => section === kind || isOfKind(section, kind))) continue
      const choice = own(overrides, kind)?.['provider']
      const chosen = typeof choice === 'string' ? choice : globals[kind].provider
      const functions = functionsOf(globals, kind)
      // Every overridden block is checked, selected or not: the account may select it tomorrow.
      if (serves(globals, chosen, kind)) {
        for (const { name, spec } of functions) check({ globals, name, spec, file, overrides })
      }
      for (const provider of Object.keys(overrides).filter(isProvider)) {
        if (PROVIDERS[provider].kind !== kind || (provider === chosen && serves(globals, chosen, kind))) continue
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

function isOfKind(section: string, kind: Kind): boolean {
  return isProvider(section) && PROVIDERS[section].kind === kind
}

/** Returns the functions of a kind; where there is none, a bare one, so that the blocks are checked all the same. */
function functionsOf(globals: Globals, kind: Kind): { name: string; spec: ConflictOrigin['spec'] }[] {
  const found = Object.entries(globals.functions).filter(([, spec]) => spec.kind === kind)
  if (found.length === 0) return [{ name: '', spec: { kind, prompts: [], defaults: {}, models: {} } }]
  return found.map(([name, spec]) => ({ name, spec }))
}

/** Reports a model whose own kind is not its provider's. */
function catalogue({ models }: PartialGlobals, report: Reporter): void {
  for (const [id, { provider, kind }] of Object.entries(models ?? {})) {
    if (!isProvider(provider) || PROVIDERS[provider].kind === kind) continue
    report({
      at: valueAt('models.yaml', 'models', id, 'kind'),
      message: `model "${id}" is of kind ${kind}, and its provider ${provider} serves ${PROVIDERS[provider].kind}`,
      help: `write kind: ${PROVIDERS[provider].kind}, or name another provider`,
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
      const isChoice = isSelected && isProvider(provider) && belongs?.kind === PROVIDERS[provider].kind
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
    case 'limit':
      return {
        message: `model "${model}" answers with at most ${String(allowed[0])} tokens, not ${String(value)}`,
        help: `set max_tokens to ${String(allowed[0])} or less, or use a model with more`,
      }
    case 'range':
      return {
        message: `model "${model}" takes a temperature of 0 to ${String(allowed[0])}, not ${String(value)}`,
        help: `set temperature to ${String(allowed[0])} or less`,
      }
  }
}
