import { OLDER_SPELLINGS } from '../../domain/built-in-vocabulary.ts'
import { blockFields, widestOf } from '../../domain/vocabulary-fields.ts'
import { type Parameter, type Vocabulary, areAlike, isNumeric, isProvider, rangeOf } from '../../domain/vocabulary.ts'
import type { Path } from '../source-nodes.ts'
import {
  type Member,
  type Members,
  isMapping,
  isOfType,
  mappingViolations,
  valueCheck,
  valueViolation,
} from './check-value.ts'
import { type Violation, notAllowed, unknownKey, wrongType } from './violations.ts'

/** Checks the kind of one model of the catalogue, and what it says of its provider's parameters: narrower, never wider. */
export function* modelsViolations(
  path: Path,
  model: Readonly<Record<string, unknown>>,
  vocabulary: Vocabulary,
): Generator<Violation> {
  const { provider, kind, parameters } = model
  if (typeof kind === 'string' && !Object.hasOwn(vocabulary.kinds, kind)) {
    yield notAllowed([...path, 'kind'], '', Object.keys(vocabulary.kinds))
  }
  const isKnown = typeof provider === 'string' && isProvider(vocabulary, provider)
  const declared = isKnown ? parametersOf(vocabulary, provider) : undefined
  const newer = isMapping(parameters) ? parameters : {}
  for (const [older, { parameter: name, bound }] of Object.entries(OLDER_SPELLINGS)) {
    if (!Object.hasOwn(model, older) || Object.hasOwn(newer, name)) continue
    const any = widestOf(vocabulary, name, bound === 'maximum' ? 'number' : 'string')
    if (any === undefined) yield unknownKey(path, older, olderSpellings(vocabulary))
    else yield* olderViolations([...path, older], model[older], bound, any, declared?.get(name))
  }
  if (parameters === undefined) return
  if (!isMapping(parameters)) yield wrongType([...path, 'parameters'], 'a mapping', parameters)
  // Of a provider that nothing declares, nothing is known: ref/unknown reports it.
  for (const [name, narrowing] of declared === undefined ? [] : Object.entries(newer)) {
    const at = [...path, 'parameters', name]
    const parameter = declared?.get(name)
    const older = Object.entries(OLDER_SPELLINGS).find(([key, old]) => {
      return old.parameter === name && Object.hasOwn(model, key)
    })?.[0]
    if (parameter === undefined) yield unknownKey([...path, 'parameters'], name, [...(declared?.keys() ?? [])])
    else if (older !== undefined) yield notAllowed(at, `beside \`${older}\`, which says the same`)
    else yield* narrowingViolations(at, narrowing, parameter)
  }
}

function parametersOf(vocabulary: Vocabulary, provider: string): ReadonlyMap<string, Parameter> {
  return new Map([...blockFields(vocabulary, provider)].filter(([name]) => name !== 'model'))
}

/** Returns the older spellings that mean something in a vocabulary. */
function olderSpellings(vocabulary: Vocabulary): string[] {
  return Object.entries(OLDER_SPELLINGS).flatMap(([older, { parameter, bound }]) => {
    return widestOf(vocabulary, parameter, bound === 'maximum' ? 'number' : 'string') === undefined ? [] : [older]
  })
}

/** @param declared by the model's own provider, where that takes the parameter at all. */
function* olderViolations(
  path: Path,
  value: unknown,
  bound: 'maximum' | 'enum',
  any: Parameter,
  declared: Parameter | undefined,
): Generator<Violation> {
  const wrong = bound === 'enum' ? [...listViolations(path, value, any)] : valueCheck(withoutList(any))(path, value)
  yield* wrong
  if (wrong.length > 0 || declared === undefined || !areAlike(any.type, declared.type)) return
  yield* bound === 'enum' ? widerList(path, value, declared) : widerBound(path, value, 'maximum', declared)
}

function withoutList({ enum: _, ...parameter }: Parameter): Parameter {
  return parameter
}

function* narrowingViolations(path: Path, narrowing: unknown, parameter: Parameter): Generator<Violation> {
  if (narrowing === false) return
  if (!isMapping(narrowing)) {
    yield wrongType(path, 'false or a mapping', narrowing)
    return
  }
  const { minimum, maximum } = narrowing
  const bounds = isNumeric(parameter.type) ? (['minimum', 'maximum'] as const) : []
  const members: Members = new Map([
    ...bounds.map((side): Member => [side, (at, value) => boundViolations(at, value, side, parameter)]),
    ['enum', (at, value) => enumViolations(at, value, parameter, { minimum, maximum })],
  ])
  yield* mappingViolations(path, narrowing, members)
  if (isNumeric(parameter.type) && typeof minimum === 'number' && typeof maximum === 'number' && minimum > maximum) {
    yield notAllowed([...path, 'maximum'], `it is below the minimum, ${minimum}`)
  }
}

function* boundViolations(
  path: Path,
  value: unknown,
  side: 'minimum' | 'maximum',
  parameter: Parameter,
): Generator<Violation> {
  if (!isOfType(value, parameter.type)) {
    yield wrongType(path, parameter.type === 'integer' ? 'a whole number' : 'a number', value)
  } else yield* widerBound(path, value, side, parameter)
}

/** Reports a bound that no value of the provider's own can reach, or that lets in one which the provider refuses. */
function* widerBound(
  path: Path,
  value: unknown,
  side: 'minimum' | 'maximum',
  { minimum, maximum }: Parameter,
): Generator<Violation> {
  if (typeof value !== 'number') return
  const range = `the provider takes ${rangeOf(minimum, maximum)}`
  const isBelow = minimum !== undefined && value < minimum
  const isAbove = maximum !== undefined && value > maximum
  if (isBelow || isAbove) yield notAllowed(path, `${range}, and a model only narrows that: its ${side} is ${value}`)
}

/** @param own The bounds beside the list, which it has to keep as well. */
function* enumViolations(
  path: Path,
  value: unknown,
  parameter: Parameter,
  own: { readonly minimum: unknown; readonly maximum: unknown },
): Generator<Violation> {
  const wrong = [...listViolations(path, value, { type: parameter.type })]
  yield* wrong
  if (wrong.length > 0) return
  if (Array.isArray(value) && value.length === 0) {
    yield notAllowed(path, 'it is empty: write false for a model that does not take it')
  }
  yield* widerList(path, value, parameter)
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  for (const [i, one] of items.entries()) {
    if (items.indexOf(one) < i) yield notAllowed([...path, i], 'it is in the list twice')
    const isBelow = typeof own.minimum === 'number' && Number(one) < own.minimum
    const isAbove = typeof own.maximum === 'number' && Number(one) > own.maximum
    if (isBelow || isAbove) yield notAllowed([...path, i], 'the bounds beside the list leave it out')
  }
}

function* listViolations(path: Path, value: unknown, item: Parameter): Generator<Violation> {
  if (!Array.isArray(value)) {
    yield wrongType(path, 'a list', value)
    return
  }
  for (const [i, one] of value.entries()) {
    const violation = valueViolation([...path, i], one, item)
    if (violation !== undefined) yield violation
  }
}

/** Reports the items of a list that the provider itself does not take. */
function* widerList(path: Path, value: unknown, parameter: Parameter): Generator<Violation> {
  if (!Array.isArray(value)) return
  for (const [i, one] of value.entries()) {
    if (valueViolation([], one, parameter) === undefined) continue
    yield notAllowed([...path, i], 'the provider does not take it, and a model only narrows what that takes')
  }
}
