import fc from 'fast-check'
import type { ProvidersFile } from '../../src/domain/vocabulary.ts'
import { type Following, TYPES, around, itemsOf, maybe, orNull, repairAccounts, repairGlobals } from './arbitrary.ts'
import {
  type CatalogueModel,
  type Config,
  type Declaration,
  type Declarations,
  type FunctionRule,
  type PlanRule,
  type Scalar,
  OLDER,
  serving,
  within,
} from './model.ts'
import { anyVocabulary, valuesOf } from './vocabularies.ts'

/** Random configurations of random vocabularies: every file has the form that its vocabulary asks for. */

export function fitting(declared: Declaration): Scalar[] {
  return valuesOf(declared).filter((value) => within(value, declared))
}

const isNumeric = ({ type }: Declaration): boolean => type === 'number' || type === 'integer'

type Arbitraries<T> = { readonly [name: string]: fc.Arbitrary<T> }

function mapped<T, U>(all: { readonly [name: string]: T }, f: (one: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, f(one, name)]))
}

/** What settings.yaml says of declared parameters: the required ones always. */
function defaultsOf(declared: Declarations = {}): Arbitraries<Scalar | undefined> {
  return mapped(declared, (one) => {
    const value = fc.constantFrom(...fitting(one))
    return one.required === true ? value : maybe(value)
  })
}

type Overridden = Arbitraries<Scalar | null | undefined>

function overridesOf(declared: Declarations = {}): Overridden {
  return mapped(declared, (one) => orNull(fc.constantFrom(...fitting(one))))
}

/** The models of a provider: one to three, of names that could be anyone's. */
function modelIds(provider: string): string[] {
  return [`${provider}-1`, `${provider}:2@1`, `${provider.length}.${provider}`].slice(0, 1 + (provider.length % 3))
}

function narrowing(declared: Declaration): fc.Arbitrary<NonNullable<CatalogueModel['parameters']>[string]> {
  const values = fitting(declared)
  const numbers = values.filter((value) => typeof value === 'number')
  const list = fc.subarray(values, { minLength: 1 })
  return fc.oneof(
    fc.constant(undefined),
    fc.constant(undefined),
    fc.constant(false as const),
    list.map((some) => ({ enum: some })),
    list.map((some) => ({ enum: some })),
    ...(isNumeric(declared)
      ? [
          fc.constantFrom(...numbers).map((minimum) => ({ minimum })),
          fc.constantFrom(...numbers).map((maximum) => ({ maximum })),
          fc.subarray(numbers, { minLength: 1 }).map((some) => ({
            minimum: Math.min(...some),
            maximum: Math.max(...some),
          })),
        ]
      : []),
  )
}

/**
 * The older spellings that a model may use: where its provider declares the parameter, of what that takes; elsewhere of
 * what anybody takes, which then means nothing.
 */
function olderOf({ kinds, providers }: ProvidersFile, own: Declarations): Arbitraries<unknown> {
  const all = [
    ...Object.values(providers).map(({ parameters = {} }) => parameters),
    ...Object.values(kinds).flatMap(({ section = {}, function: byFunction = {} }) => [section, byFunction]),
  ]
  const entries = Object.entries(OLDER).flatMap(([name, [key, side]]) => {
    const inType = (declared: Declarations): Declaration[] => {
      const one = declared[name]
      return one !== undefined && (side === 'enum' ? one.type === 'string' : isNumeric(one)) ? [one] : []
    }
    const from = inType(own).length > 0 ? inType(own) : all.flatMap(inType)
    const values = [...new Set(from.flatMap(fitting))]
    if (values.length === 0) return []
    const value = side === 'enum' ? fc.subarray(values, { minLength: 1 }) : fc.constantFrom(...values)
    return [[key, fc.option<unknown, undefined>(value, { nil: undefined, freq: 2 })] as const]
  })
  return Object.fromEntries(entries)
}

function modelOf(vocabulary: ProvidersFile, provider: string): fc.Arbitrary<CatalogueModel> {
  const { kind = '', parameters: own = {} } = vocabulary.providers[provider] ?? {}
  return fc
    .record({ parameters: fc.record(mapped(own, narrowing)), older: fc.record(olderOf(vocabulary, own)) })
    .map(({ parameters, older }) => {
      // Only one of the two may speak of a parameter.
      const newer = Object.entries(parameters).filter(([name]) => older[OLDER[name]?.[0] ?? ''] === undefined)
      return { provider, kind, parameters: Object.fromEntries(newer), ...older }
    })
}

function settingsOf({ kinds, providers }: ProvidersFile): fc.Arbitrary<Config['settings']> {
  const served = Object.entries(kinds).filter(([kind]) => serving({ kinds, providers }, kind).length > 0)
  const sections = mapped(Object.fromEntries(served), ({ section }, kind) => {
    const provider = fc.constantFrom(...serving({ kinds, providers }, kind))
    return fc.option(fc.record({ provider, ...defaultsOf(section) }), { nil: undefined, freq: 5 })
  })
  const blocks = mapped(providers, ({ parameters }, name) => {
    const block = {
      api_key: fc.constant({ secret: `${name.toUpperCase()}_API_KEY` }),
      model: fc.constantFrom(...modelIds(name)),
      ...defaultsOf(parameters),
    }
    return fc.option(fc.record(block), { nil: undefined, freq: 5 })
  })
  return fc.record({ sections: fc.record(sections), providers: fc.record(blocks) }).map((drawn) => {
    const present = Object.entries(drawn.providers).flatMap(([name, block]) => (block ? [[name, block] as const] : []))
    return { ...drawn.sections, providers: Object.fromEntries(present) }
  })
}

function plansOf(vocabulary: ProvidersFile): fc.Arbitrary<Config['plans']> {
  const items = itemsOf(vocabulary)
  const whole = fc.constant(items.filter((item) => !item.includes('.')))
  const ids = Object.keys(vocabulary.providers).flatMap(modelIds)
  const numeric = declarationsOf(vocabulary).filter(([, one]) => isNumeric(one))
  const rule: fc.Arbitrary<PlanRule> = fc.record({
    title: fc.constant('Plan'),
    may_override: fc.oneof(whole, whole, whole, fc.subarray(items)),
    models: fc.option(
      fc.oneof(
        fc.subarray(ids, { minLength: Math.ceil(ids.length / 2) }).map((allow) => ({ allow })),
        fc.subarray(ids, { maxLength: Math.floor(ids.length / 2) }).map((deny) => ({ deny })),
      ),
      { nil: undefined, freq: 2 },
    ),
    limits: maybe(fc.record(limitsOf(numeric))),
  })
  return fc.record({ starter: rule, growth: rule, scale: rule }).map((paid) => ({
    free: { title: 'Free', may_override: [] },
    ...paid,
  }))
}

/** Every declaration of a vocabulary. */
function declarationsOf({ kinds, providers }: ProvidersFile): (readonly [string, Declaration])[] {
  return [
    ...Object.values(providers).flatMap(({ parameters = {} }) => Object.entries(parameters)),
    ...Object.values(kinds).flatMap(({ section = {}, function: byFunction = {} }) => [
      ...Object.entries(section),
      ...Object.entries(byFunction),
    ]),
  ]
}

/** A limit is within what somebody takes under that name. */
function limitsOf(numeric: readonly (readonly [string, Declaration])[]): Arbitraries<number | undefined> {
  return mapped(Object.fromEntries(numeric), (_, name) => {
    const values = numeric.filter(([other]) => other === name).flatMap(([, one]) => fitting(one))
    return maybe(fc.constantFrom(...values.filter((value) => typeof value === 'number')))
  })
}

function functionsOf(vocabulary: ProvidersFile): fc.Arbitrary<Config['functions']> {
  const kinds = Object.keys(vocabulary.kinds).filter((kind) => serving(vocabulary, kind).length > 0)
  const rules = kinds.map((kind): fc.Arbitrary<FunctionRule> => {
    const providers = serving(vocabulary, kind)
    const { section = {}, function: byFunction = {} } = vocabulary.kinds[kind] ?? {}
    const all = [section, byFunction, ...providers.map((name) => vocabulary.providers[name]?.parameters ?? {})]
    const fields = mapped(Object.fromEntries(all.flatMap(Object.entries)), (_, name) => {
      const values = all.flatMap((declared) => (declared[name] === undefined ? [] : fitting(declared[name])))
      return maybe(fc.constantFrom(...values))
    })
    const models = Object.fromEntries(providers.map((name) => [name, maybe(fc.constantFrom(...modelIds(name)))]))
    return fc.record({
      kind: fc.constant(kind),
      prompts: fc.subarray(TYPES),
      defaults: maybe(fc.record({ ...fields, models: maybe(fc.record(models)) })),
    })
  })
  return fc.dictionary(fc.constantFrom('cluster', 'write', 'draw', '10', '9', 'a-b'), fc.oneof(...rules), {
    minKeys: 2,
  })
}

function accountOverrides(vocabulary: ProvidersFile): Parameters<typeof around>[1] {
  const all = Object.keys(vocabulary.providers).flatMap(modelIds)
  const sections = mapped(vocabulary.kinds, ({ section }, kind) => {
    const providers = serving(vocabulary, kind)
    const choice: Overridden = providers.length === 0 ? {} : { provider: orNull(fc.constantFrom(...providers)) }
    const fields: Overridden = { ...choice, ...overridesOf(section) }
    return orNull(fc.record(fields))
  })
  const blocks = mapped(vocabulary.providers, ({ parameters }, name) => {
    const own = fc.constantFrom(...modelIds(name))
    const model = orNull(fc.oneof({ weight: 9, arbitrary: own }, { weight: 1, arbitrary: fc.constantFrom(...all) }))
    const fields: Overridden = { model, ...overridesOf(parameters) }
    return orNull(fc.record(fields))
  })
  return fc.record({ ...sections, ...blocks })
}

function followingOf(vocabulary: ProvidersFile): fc.Arbitrary<Following> {
  const models = Object.keys(vocabulary.providers).flatMap((provider) => {
    return modelIds(provider).map((id) => [id, modelOf(vocabulary, provider)] as const)
  })
  return fc.record({
    providers: fc.constant(vocabulary),
    settings: settingsOf(vocabulary),
    models: fc.record(Object.fromEntries(models)),
    plans: plansOf(vocabulary),
    functions: functionsOf(vocabulary),
  })
}

/** What an author may write, right or wrong in what it selects, and by model and plan. */
export const anyConfigOfAny: fc.Arbitrary<Config> = anyVocabulary.chain((vocabulary) =>
  around(followingOf(vocabulary), accountOverrides(vocabulary)),
)

/** Wrong in its accounts alone. */
export const legalGlobalsOfAny = anyConfigOfAny.map(repairGlobals)

/** What compiles without an error. */
export const legalConfigOfAny = legalGlobalsOfAny.map(repairAccounts)
