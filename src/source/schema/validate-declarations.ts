import type { Path } from '../source-nodes.ts'
import { COLLECTIONS } from '../../domain/settings-types.ts'
import { DIMENSIONS, isNumeric } from '../../domain/vocabulary.ts'
import { isMapping, isOfType } from './check-value.ts'
import { type Violation, notAllowed, unknownKey } from './violations.ts'

/**
 * Checks what `providers.yaml` declares against itself: names that could be mistaken for one another or for something
 * else, kinds that nothing declares, bounds that leave nothing. The form of each declaration is the frame's to check.
 */
export function* declarationViolations(file: Readonly<Record<string, unknown>>): Generator<Violation> {
  const kinds = entriesOf(file['kinds'])
  const providers = entriesOf(file['providers'])
  yield* tooMany(['kinds'], kinds.length, MOST_KINDS, 'kinds')
  yield* tooMany(['providers'], providers.length, MOST_PROVIDERS, 'providers')
  if (kinds.length > MOST_KINDS || providers.length > MOST_PROVIDERS) return
  const taken = new Map<string, string>(SECTION_NAMES.map((name) => [name, 'a key of an account’s file']))
  for (const [of, entries] of [
    ['kinds', kinds],
    ['providers', providers],
  ] as const) {
    for (const [name] of entries) {
      yield* nameViolations([of, name], name, taken)
      taken.set(name, of === 'kinds' ? 'a kind' : 'a provider')
    }
  }
  const names = isMapping(file['kinds']) ? Object.keys(file['kinds']) : undefined
  for (const [name, kind] of kinds) yield* kindViolations(name, kind, providers)
  for (const [name, provider] of providers) {
    const { kind, parameters } = provider
    yield* parametersViolations(['providers', name, 'parameters'], parameters)
    // A kind whose declaration is wrong is declared all the same; without any, that they are missing is the error.
    if (typeof kind !== 'string' || names === undefined || names.includes(kind)) continue
    yield notAllowed(['providers', name, 'kind'], '', names)
  }
}

const MOST_KINDS = 16
const MOST_PROVIDERS = 64
const MOST_PARAMETERS = 64

type Mapping = Readonly<Record<string, unknown>>
type Entries = readonly (readonly [name: string, value: Mapping])[]

function entriesOf(value: unknown): Entries {
  if (!isMapping(value)) return []
  return Object.entries(value).flatMap(([name, one]) => (isMapping(one) ? [[name, one] as const] : []))
}

function* tooMany(path: Path, count: number, most: number, what: string): Generator<Violation> {
  if (count > most) yield notAllowed(path, `there are ${count} ${what}, and at most ${most} may be`)
}

/** Keys of an account's file, beside which the sections of kinds and providers are named by plans and queries. */
const SECTION_NAMES = [...COLLECTIONS, 'id', 'plan', 'name']

/** Names that mean something in a file, in an answer, in a store, or in the languages that services are written in. */
const RESERVED: ReadonlySet<string> = new Set(
  [
    'provider providers kinds model models defaults api_key secret known plan live_plan account function release seq',
    'commit then to_json to_string value_of',
    // Members of the globals object in a store, beside the sections of kinds.
    'plans functions environment provenance vocabulary ext',
  ].flatMap((names) => names.split(' ')),
)

function* nameViolations(path: Path, name: string, taken: ReadonlyMap<string, string>): Generator<Violation> {
  const why = whyNot(name, taken)
  if (why !== undefined) yield { kind: 'not-allowed', path, allowed: [], why, part: 'name' }
}

function whyNot(name: string, taken: ReadonlyMap<string, string>): string | undefined {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) return undefined
  if (RESERVED.has(name)) return 'the name is reserved'
  const other = taken.get(name)
  if (other !== undefined) return `the name is taken by ${other}`
  return /__|_$|_(?=[0-9])/.test(name) ? 'a name has no "__", and no "_" at its end or before a digit' : undefined
}

function* kindViolations(
  name: string,
  { section, function: byFunction }: Mapping,
  providers: Entries,
): Generator<Violation> {
  yield* parametersViolations(['kinds', name, 'section'], section)
  yield* parametersViolations(['kinds', name, 'function'], byFunction)
  const places = [
    ...(
      [
        ['section', section],
        ['function', byFunction],
      ] as const
    ).map(([part, parameters]) => {
      return {
        path: ['kinds', name, part],
        what: `the ${part} of ${name}`,
        parameters: entriesOf(parameters),
        own: part,
      }
    }),
    ...providers.flatMap(([provider, { kind, parameters }]) => {
      if (kind !== name) return []
      const path = ['providers', provider, 'parameters']
      return [{ path, what: provider, parameters: entriesOf(parameters), own: 'providers' }]
    }),
  ]
  const first = new Map<string, { readonly own: string; readonly what: string; readonly type: unknown }>()
  for (const { path, what, parameters, own } of places) {
    for (const [parameter, { type }] of parameters) {
      const other = first.get(parameter)
      if (other === undefined) first.set(parameter, { own, what, type })
      else if (other.own !== own) {
        yield {
          kind: 'not-allowed',
          path: [...path, parameter],
          allowed: [],
          why: `${other.what} has it already`,
          part: 'name',
        }
      } else if (other.type !== type)
        yield notAllowed([...path, parameter, 'type'], `it is ${String(other.type)} at ${other.what}, of the same kind`)
    }
  }
}

function* parametersViolations(path: Path, parameters: unknown): Generator<Violation> {
  const entries = entriesOf(parameters)
  yield* tooMany(path, entries.length, MOST_PARAMETERS, 'parameters')
  if (entries.length > MOST_PARAMETERS) return
  for (const [name, parameter] of entries) {
    yield* nameViolations([...path, name], name, NONE)
    yield* parameterViolations([...path, name], parameter, path[0] === 'kinds')
  }
}

const NONE: ReadonlyMap<string, string> = new Map()

function* parameterViolations(path: Path, parameter: Mapping, isOfKind: boolean): Generator<Violation> {
  const { type, minimum, maximum, enum: values, format, listed } = parameter
  if (type !== 'string' && type !== 'number' && type !== 'integer' && type !== 'boolean') return
  const meaningless = [
    ...(isNumeric(type) ? [] : ['minimum', 'maximum', 'unit']),
    ...(type === 'string' ? [] : ['format']),
  ]
  for (const name of meaningless) {
    if (parameter[name] !== undefined) yield notAllowed([...path, name], `it means nothing beside \`type: ${type}\``)
  }
  // A model lists what its provider takes, and settings.yaml has no place for what a function sets.
  if (isOfKind && listed !== undefined) yield unknownKey(path, 'listed', KEYS)
  if (path[2] === 'function' && parameter['required'] !== undefined) yield unknownKey(path, 'required', KEYS)
  for (const [side, bound] of Object.entries({ minimum, maximum })) {
    const isWhole = type !== 'integer' || bound === undefined || Number.isInteger(bound)
    if (!isWhole) yield notAllowed([...path, side], 'the type is integer, and this is no whole number')
  }
  if (typeof minimum === 'number' && typeof maximum === 'number' && minimum > maximum) {
    yield notAllowed([...path, 'maximum'], `it is below the minimum, ${minimum}`)
  }
  for (const [i, value] of Array.isArray(values) ? values.entries() : []) {
    const why = misfit(value, type, { minimum, maximum, format })
    if (why !== undefined) yield notAllowed([...path, 'enum', i], why)
  }
}

const KEYS = ['type', 'enum', 'minimum', 'maximum', 'format', 'description', 'unit']

function misfit(
  value: unknown,
  type: 'string' | 'number' | 'integer' | 'boolean',
  { minimum, maximum, format }: Mapping,
): string | undefined {
  if (!isOfType(value, type)) return `the type is ${type}`
  if (typeof value === 'string' && format !== undefined && !DIMENSIONS.test(value)) return 'it has another format'
  if (typeof value === 'number' && typeof minimum === 'number' && value < minimum)
    return `it is below the minimum, ${minimum}`
  if (typeof value === 'number' && typeof maximum === 'number' && value > maximum)
    return `it is above the maximum, ${maximum}`
  return undefined
}
