import { type Dict, type Value, own } from './plain-data.ts'
import type { Model } from './settings-types.ts'
import { parameterOf } from './vocabulary-fields.ts'
import { type Bounds, type Parameter, type Vocabulary, DIMENSIONS } from './vocabulary.ts'

/** The layer that a value of an answer came from, lowest to highest. */
export type Layer = 'provider' | 'function' | 'account'

export interface Layered {
  readonly value: Value
  readonly layer: Layer
}

/** A value that the resolved model does not take. `field` is `model` where the model itself is the misfit. */
export interface Misfit {
  readonly field: string
  readonly reason: 'provider' | 'kind' | 'above' | 'below' | 'choice' | 'form' | 'unlisted'
  readonly allowed: readonly Value[]
}

/** What a value has to be; the form of a text is the provider's alone to declare. */
type Taken = Bounds & Pick<Parameter, 'format'>

/**
 * Returns what a model takes for a parameter of its provider: what the provider takes, narrowed by the model. Undefined
 * where it does not take the parameter at all.
 */
export function takenBy(model: Model, name: string, parameter: Parameter): Taken | undefined {
  if (!takes(model, name, parameter)) return undefined
  const narrowing = own(model.parameters, name)
  return narrowing === undefined || narrowing === false ? parameter : { ...parameter, ...narrowing }
}

/** Whether a model takes a parameter of its provider at all. */
export function takes(model: Model, name: string, parameter: Parameter): boolean {
  const narrowing = own(model.parameters, name)
  return narrowing !== false && (parameter.listed !== true || narrowing?.enum !== undefined)
}

/** Returns every way in which the layered values contradict the model. Nothing is clamped. */
export function misfits(
  vocabulary: Vocabulary,
  provider: string,
  kind: string,
  model: Model,
  fields: ReadonlyMap<string, Layered>,
): Misfit[] {
  if (model.provider !== provider) return [{ field: 'model', reason: 'provider', allowed: [] }]
  if (model.kind !== kind) return [{ field: 'model', reason: 'kind', allowed: [] }]
  const found: Misfit[] = []
  for (const [field, { value, layer }] of fields) {
    const parameter = field === 'model' ? undefined : parameterOf(vocabulary, provider, field)
    if (parameter === undefined) continue
    const taken = takenBy(model, field, parameter)
    if (taken !== undefined) found.push(...misfit(field, value, taken))
    else if (layer === 'account') found.push({ field, reason: 'unlisted', allowed: [] })
  }
  return found
}

function misfit(field: string, value: Value, { minimum, maximum, enum: values, format }: Taken): Misfit[] {
  if (values !== undefined && !values.includes(value)) return [{ field, reason: 'choice', allowed: values }]
  if (format !== undefined && !DIMENSIONS.test(String(value))) return [{ field, reason: 'form', allowed: [] }]
  if (typeof value !== 'number') return []
  if (maximum !== undefined && value > maximum) return [{ field, reason: 'above', allowed: [maximum] }]
  return minimum !== undefined && value < minimum ? [{ field, reason: 'below', allowed: [minimum] }] : []
}

export function modelOf(models: Dict<Model>, value: Value | undefined): Model | undefined {
  return typeof value === 'string' ? own(models, value) : undefined
}
