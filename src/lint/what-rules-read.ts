import { meaningOf } from '../domain/vocabulary.ts'
import { misfits } from '../domain/model-fit.ts'
import type { Dict, Value } from '../domain/plain-data.ts'
import type { Globals, Model, Plan } from '../domain/settings-types.ts'
import { type PartialGlobals, layerable, withoutLayers } from '../source/link-files.ts'

/**
 * Parts of the globals that rules declare that they read. What is opaque is null here, and never what an empty file is.
 */

export function names(all: Dict<unknown> | undefined): readonly string[] | null {
  return all === undefined ? null : Object.keys(all).sort()
}

/** Maps each to a part of it; null where they are not known. */
export function each<T>(all: Dict<T> | undefined, part: (one: T) => unknown): Dict<unknown> | null {
  if (all === undefined) return null
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, part(one) ?? null]))
}

export function ofPlans({ plans }: PartialGlobals, part: (plan: Plan) => unknown): Dict<unknown> | null {
  return each(plans, part)
}

/**
 * Returns what determines which provider serves an account's functions of a kind; null where nothing can be layered.
 */
export function choices(known: PartialGlobals): unknown {
  const globals = layerable(known)
  if (globals === undefined) return null
  return [
    each(globals.vocabulary.providers, ({ kind }) => kind),
    each(globals.sections, ({ provider }) => provider),
    names(globals.providers),
    each(globals.functions, ({ kind }) => kind),
  ]
}

/** Returns what determines which model a function gets; null where nothing can be layered. */
export function models(known: PartialGlobals): unknown {
  const globals = layerable(known)
  if (globals === undefined) return null
  return [
    choices(known),
    each(globals.providers, ({ fields }) => fields['model']),
    each(globals.functions, (spec) => spec.models),
  ]
}

/**
 * Returns what determines whether layered values fit their model: a default that every model takes may be any such one.
 */
export function fits(known: PartialGlobals): unknown {
  const globals = layerable(known) ?? withoutLayers(known)
  if (globals === undefined) return null
  const bounded = (field: string, value: Value): Value | null => {
    return isTakenByAll(globals, field, value) ? null : value
  }
  const boundedAll = (fields: Dict<Value>): unknown => {
    return Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, bounded(field, value)]))
  }
  return [
    models(known),
    meaningOf(globals.vocabulary),
    each(globals.models, boundsOf),
    each(globals.providers, ({ fields }) => boundedAll(fields)),
    each(globals.functions, ({ defaults }) => boundedAll(defaults)),
  ]
}

/** Returns the bounds of what a model takes. */
export function boundsOf(model: Model): unknown {
  const { provider, kind, parameters } = model
  return [provider, kind, parameters]
}

function isTakenByAll({ vocabulary, models: all }: Globals, field: string, value: Value): boolean {
  const fields = new Map([[field, { value, layer: 'provider' as const }]])
  return Object.values(all).every((model) => {
    return misfits(vocabulary, model.provider, model.kind, model, fields).length === 0
  })
}
