import { type Layer, type Layered, type Misfit, misfits, modelOf } from '../../domain/model-fit.ts'
import { type Dict, type Value, own } from '../../domain/plain-data.ts'
import type { FunctionSpec, Globals } from '../../domain/settings-types.ts'
import { sectionFields } from '../../domain/vocabulary-fields.ts'
import { candidates, layer } from '../../domain/resolve-answers.ts'
import { type Place, keyAt, valueAt } from '../rule.ts'

/** Two values of one answer that contradict each other: the one to blame, and the other. */
export interface ModelConflict {
  readonly misfit: Misfit
  readonly model: string
  readonly value: Value
  readonly provider: string
  /** Whether the function would resolve to this provider; a block is checked even where it would not. */
  readonly isSelected: boolean
  /**
   * Whether the globals contradict themselves here, for anyone who chooses the provider: their error, reported there
   * once.
   */
  readonly isGlobal: boolean
  readonly blamed: { readonly at: Place; readonly layer: Layer }
  readonly other: Place
}

export interface ConflictOrigin {
  readonly globals: Globals
  /** The function's name; empty where a provider's block is checked on its own. */
  readonly name: string
  readonly spec: FunctionSpec
  /** The account's file and overrides, where there is an account. */
  readonly file?: string
  readonly overrides?: Dict<Dict<Value>>
}

const RANK: Readonly<Record<Layer, number>> = { provider: 0, function: 1, account: 2 }

/**
 * Finds the contradictions of one function's answer. The value from the highest layer is blamed, and among equals the
 * model; the choice of provider is a value too.
 */
export function conflicts(origin: ConflictOrigin, forced?: string): ModelConflict[] {
  const { globals, spec } = origin
  const answer = layer(globals, origin.overrides, spec, forced)
  const all = candidates(answer)
  const layeredModel = all.get('model')
  const model = modelOf(globals.models, layeredModel?.value)
  if (layeredModel === undefined || model === undefined) return []
  const selected = own(globals.sections, spec.kind)?.provider
  const switched = answer.providerLayer === 'account' && answer.provider !== selected
  const choice: Layer = switched ? 'account' : 'provider'
  const written = own(origin.overrides && own(origin.overrides, spec.kind), 'provider')
  const isSelected = answer.provider === (written ?? selected)
  // A model whose kind is not its own provider's is an error of the catalogue, which is reported there.
  const found = misfits(globals.vocabulary, answer.provider, spec.kind, model, all).filter(
    ({ reason }) => reason !== 'kind',
  )
  return found.map((misfit) => {
    const field = all.get(misfit.field) ?? layeredModel
    const at = (name: string, from: Layered): Place => placeOf(origin, answer.provider, name, from.layer)
    const atModel = { at: at('model', layeredModel), layer: layeredModel.layer }
    const atField = { at: at(misfit.field, field), layer: field.layer }
    const atChoice = { at: choicePlace(origin, choice), layer: choice }
    const blamed = [atField, atChoice].reduce((best, one) => (RANK[one.layer] > RANK[best.layer] ? one : best), atModel)
    const isGlobal =
      misfit.field === 'model'
        ? layeredModel.layer !== 'account'
        : layeredModel.layer === 'provider' && field.layer === 'provider'
    const owner = isSelected ? atChoice.at : blockPlace(origin, answer.provider, layeredModel.layer)
    const other = misfit.field === 'model' ? owner : blamed === atField ? atModel.at : atField.at
    const { provider } = answer
    const { value } = field
    return { misfit, model: String(layeredModel.value), value, provider, isSelected, isGlobal, blamed, other }
  })
}

function placeOf({ globals, name, file, spec }: ConflictOrigin, provider: string, field: string, from: Layer): Place {
  const section = sectionFields(globals.vocabulary, spec.kind).has(field) ? spec.kind : provider
  if (from === 'account' && file !== undefined) return valueAt(file, 'overrides', section, field)
  if (from === 'function') {
    const at = field === 'model' ? ['models', provider] : [field]
    return valueAt('functions.yaml', 'functions', name, 'defaults', ...at)
  }
  return section === provider
    ? valueAt('settings.yaml', 'providers', provider, field)
    : valueAt('settings.yaml', section, field)
}

/** Returns the key under which a model is written for a provider that nothing here selects. */
function blockPlace({ name, file }: ConflictOrigin, provider: string, from: Layer): Place {
  if (from === 'account' && file !== undefined) return keyAt(file, 'overrides', provider)
  return from === 'function'
    ? keyAt('functions.yaml', 'functions', name, 'defaults', 'models', provider)
    : keyAt('settings.yaml', 'providers', provider)
}

function choicePlace({ file, spec }: ConflictOrigin, from: Layer): Place {
  return from === 'account' && file !== undefined
    ? valueAt(file, 'overrides', spec.kind, 'provider')
    : valueAt('settings.yaml', spec.kind, 'provider')
}
