import { type Kind, type Model, type Value, own } from './settings-types.ts'

/** The layer that a value of an answer came from, lowest to highest. */
export type Layer = 'provider' | 'function' | 'account'

export interface Layered {
  readonly value: Value
  readonly layer: Layer
}

/** A value that the resolved model does not take. `field` is `model` where the model itself is the misfit. */
export interface Misfit {
  readonly field: string
  readonly reason: 'provider' | 'kind' | 'limit' | 'range' | 'choice' | 'unlisted'
  readonly allowed: readonly Value[]
}

/** The model's list that bounds a field; a field whose list the model lacks does not exist for that model. */
const LISTS = { size: 'sizes', quality: 'qualities', style: 'styles' } as const

export function listOf(model: Model, field: string): readonly string[] | undefined | 'any' {
  return field === 'size' || field === 'quality' || field === 'style' ? model[LISTS[field]] : 'any'
}

/** Returns every way in which the layered values contradict the model. Nothing is clamped. */
export function misfits(provider: string, kind: Kind, model: Model, fields: ReadonlyMap<string, Layered>): Misfit[] {
  if (model.provider !== provider) return [{ field: 'model', reason: 'provider', allowed: [] }]
  if (model.kind !== kind) return [{ field: 'model', reason: 'kind', allowed: [] }]
  const found: Misfit[] = []
  for (const [field, { value, layer }] of fields) {
    const list = listOf(model, field)
    if (list === undefined) {
      if (layer === 'account') found.push({ field, reason: 'unlisted', allowed: [] })
    } else if (list !== 'any') {
      if (!list.some((item) => item === value)) found.push({ field, reason: 'choice', allowed: list })
    } else if (field === 'max_tokens' && model.max_output_tokens !== undefined) {
      if (typeof value === 'number' && value > model.max_output_tokens)
        found.push({ field, reason: 'limit', allowed: [model.max_output_tokens] })
    } else if (field === 'temperature') {
      const highest = model.max_temperature ?? 2
      if (typeof value === 'number' && value > highest) found.push({ field, reason: 'range', allowed: [highest] })
    }
  }
  return found
}

export function modelOf(models: Readonly<Record<string, Model>>, value: Value | undefined): Model | undefined {
  return typeof value === 'string' ? own(models, value) : undefined
}
