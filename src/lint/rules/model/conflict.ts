import { type Layer, type Layered, type Misfit, misfits, modelOf } from '../../../bundle/fit.ts'
import type { Dict, FunctionSpec, Globals, Value } from '../../../bundle/model.ts'
import { candidates, layer } from '../../../bundle/resolve.ts'
import type { Place } from '../../rule.ts'
import { valueAt } from '../../rule.ts'

/** Two values of one answer that contradict each other: the one to blame, and the other. */
export interface Conflict {
  readonly misfit: Misfit
  readonly model: string
  readonly value: Value
  readonly provider: string
  readonly blamed: { readonly at: Place; readonly layer: Layer }
  readonly other: Place
}

export interface Origin {
  readonly globals: Globals
  /** The function's name; empty where a provider's block is judged on its own. */
  readonly name: string
  readonly spec: FunctionSpec
  /** The account's file and overrides, where there is an account. */
  readonly file?: string
  readonly overrides?: Dict<Dict<Value>>
}

const RANK: Readonly<Record<Layer, number>> = { provider: 0, function: 1, account: 2 }

/**
 * The contradictions of one function's answer. Blamed is the value from the highest layer, and among equals the
 * model; the choice of provider is a value too.
 */
export function conflicts(origin: Origin, forced?: string): Conflict[] {
  const { globals, spec } = origin
  const answer = layer(globals, origin.overrides, spec, forced)
  const all = candidates(answer)
  const layeredModel = all.get('model')
  const model = modelOf(globals.models, layeredModel?.value)
  if (layeredModel === undefined || model === undefined) return []
  const switched = answer.providerLayer === 'account' && answer.provider !== globals[spec.kind].provider
  const choice: Layer = switched ? 'account' : 'provider'
  return misfits(answer.provider, spec.kind, model, all).map((misfit) => {
    const field = all.get(misfit.field) ?? layeredModel
    const at = (name: string, from: Layered): Place => placeOf(origin, answer.provider, name, from.layer)
    const atModel = { at: at('model', layeredModel), layer: layeredModel.layer }
    const atField = { at: at(misfit.field, field), layer: field.layer }
    const atChoice = { at: choicePlace(origin, choice), layer: choice }
    const blamed = [atField, atChoice].reduce((best, one) => (RANK[one.layer] > RANK[best.layer] ? one : best), atModel)
    const other = misfit.field === 'model' ? atChoice.at : blamed === atField ? atModel.at : atField.at
    return { misfit, model: String(layeredModel.value), value: field.value, provider: answer.provider, blamed, other }
  })
}

function placeOf({ name, file, spec }: Origin, provider: string, field: string, from: Layer): Place {
  const section = field === 'max_in_article' ? spec.kind : provider
  if (from === 'account' && file !== undefined) return valueAt(file, 'overrides', section, field)
  if (from === 'function') {
    const at = field === 'model' ? ['models', provider] : [field]
    return valueAt('functions.yaml', 'functions', name, 'defaults', ...at)
  }
  return section === provider
    ? valueAt('settings.yaml', 'providers', provider, field)
    : valueAt('settings.yaml', section, field)
}

function choicePlace({ file, spec }: Origin, from: Layer): Place {
  return from === 'account' && file !== undefined
    ? valueAt(file, 'overrides', spec.kind, 'provider')
    : valueAt('settings.yaml', spec.kind, 'provider')
}
