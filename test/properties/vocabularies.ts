import fc from 'fast-check'
import type { Parameter, ProvidersFile } from '../../src/domain/vocabulary.ts'

/** Random vocabularies that declare nothing wrong: 1 to 6 providers, 1 to 4 kinds, 0 to 8 parameters each. */
const KINDS = ['text', 'image', 'embedding', 'speech']
const PROVIDERS = ['openai', 'voyage', 'dalle', 'kokoro', 'p6', 'x_ai']
const TYPES = ['string', 'number', 'integer', 'boolean'] as const
/** A declaration as far as its values follow from it. */
export type Typed = Pick<Parameter, 'type'>

const NAMES = ['temperature', 'max_tokens', 'seed', 'size', 'voice', 'top_p', 'reasoning_effort', 'stream']

const SIZES = ['1024x1024', '512x512']

/** The values that a parameter of each type is tried with. */
const VALUES = {
  string: ['', 'low', 'high', ...SIZES, '1.10'],
  number: [-1, 0, 0.5, 1, 2.5, 100],
  integer: [-1, 0, 1, 2, 100, 4096],
  boolean: [true, false],
} as const

export function valuesOf({ type }: Typed): readonly (string | number | boolean)[] {
  return VALUES[type]
}

const parameterOf = (type: Parameter['type'], isOfKind: boolean): fc.Arbitrary<Parameter> => {
  const listed = isOfKind ? {} : { required: flag, listed: flag }
  if (type === 'string') {
    const some = fc.subarray(VALUES.string.slice(1), { minLength: 1 })
    const sized = { format: fc.constant('dimensions' as const), enum: maybe(fc.subarray(SIZES, { minLength: 1 })) }
    return fc.oneof(
      fc.record({ type: fc.constant(type), enum: maybe(some), ...listed }).map(clean),
      fc.record({ type: fc.constant(type), enum: maybe(some), ...listed }).map(clean),
      fc.record({ type: fc.constant(type), ...sized, ...listed }).map(clean),
    )
  }
  if (type === 'boolean') return fc.record({ type: fc.constant(type), ...listed }).map(clean)
  const bounds = fc.uniqueArray(fc.constantFrom(...VALUES[type]), { minLength: 2, maxLength: 2 })
  return fc
    .record({
      type: fc.constant(type),
      bounds,
      has: fc.tuple(fc.boolean(), fc.boolean()),
      some: fc.subarray([...VALUES[type]], { minLength: 1 }),
      hasEnum: fc.nat({ max: 3 }),
      ...listed,
    })
    .map(({ bounds: [a = 0, b = 0], has: [least, most], some, hasEnum, ...rest }) => {
      const [minimum, maximum] = [Math.min(a, b), Math.max(a, b)]
      const values = some.filter((one) => (!least || one >= minimum) && (!most || one <= maximum))
      const isListed = hasEnum === 0 && values.length > 0
      return clean({ ...rest, ...(least && { minimum }), ...(most && { maximum }), ...(isListed && { enum: values }) })
    })
}

const flag = fc.constantFrom(undefined, undefined, true as const)
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 2 })

/** Left out is left out, and not undefined. */
function clean(parameter: { readonly type: Parameter['type'] }): Parameter {
  return JSON.parse(JSON.stringify(parameter))
}

/** Every name has one type within a kind, and belongs to the section, to the functions, or to the providers. */
const kindOf = fc
  .record({
    types: fc.tuple(...NAMES.map(() => fc.constantFrom(...TYPES))),
    owners: fc.tuple(...NAMES.map(() => fc.constantFrom('section', 'function', 'provider', 'provider', 'provider'))),
  })
  .map(({ types, owners }) => NAMES.map((name, i) => ({ name, type: types[i] ?? 'string', owner: owners[i] ?? '' })))

type Named = { readonly name: string; readonly type: Parameter['type']; readonly owner: string }

const declared = (names: readonly Named[], isOfKind: boolean): fc.Arbitrary<Record<string, Parameter>> =>
  fc
    .tuple(fc.subarray([...names]), fc.tuple(...names.map(({ type }) => parameterOf(type, isOfKind))))
    .map(([kept, parameters]) => {
      const all = kept.map(({ name }) => [name, parameters[names.findIndex((one) => one.name === name)]] as const)
      return Object.fromEntries(all.flatMap(([name, one]) => (one === undefined ? [] : [[name, one]])))
    })

export const anyVocabulary: fc.Arbitrary<ProvidersFile> = fc
  .record({
    kinds: fc.subarray(KINDS, { minLength: 1 }),
    providers: fc.subarray(PROVIDERS, { minLength: 1 }),
    plans: fc.tuple(...KINDS.map(() => kindOf)),
    choices: fc.tuple(...PROVIDERS.map(() => fc.nat({ max: 11 }))),
  })
  .chain(({ kinds, providers, plans, choices }) => {
    const of = (kind: string, owner: string): Named[] => {
      const named: readonly Named[] = plans[KINDS.indexOf(kind)] ?? []
      return named.filter((one) => one.owner === owner)
    }
    return fc.record({
      kinds: fc.record(
        Object.fromEntries(
          kinds.map((kind) => [
            kind,
            fc.record({ section: declared(of(kind, 'section'), true), function: declared(of(kind, 'function'), true) }),
          ]),
        ),
      ),
      providers: fc.record(
        Object.fromEntries(
          providers.map((provider, i) => {
            const kind = kinds[(choices[i] ?? 0) % kinds.length] ?? ''
            return [provider, fc.record({ kind: fc.constant(kind), parameters: declared(of(kind, 'provider'), false) })]
          }),
        ),
      ),
    })
  })
