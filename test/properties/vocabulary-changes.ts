import type { Parameter } from '../../src/domain/vocabulary.ts'
import type { Random } from '../support/corpus.ts'
import { itemsOf } from './arbitrary.ts'
import {
  type AccountFile,
  type Block,
  type CatalogueModel,
  type Config,
  type Declaration,
  type Declarations,
  type FunctionRule,
  type Narrowing,
  type ProviderBlock,
  type VocabularyFile,
  OLDER,
  serving,
  vocabularyOf,
  within,
} from './model.ts'
import { fitting } from './vocabulary-configs.ts'

/** What people do to `providers.yaml`, and what they then have to do to the files that used what it had. */
const CHANGES: readonly ((vocabulary: VocabularyFile, random: Random) => VocabularyFile)[] = [
  function addsParameter(vocabulary, random) {
    const added: Parameter = random.of([
      { type: 'string' },
      { type: 'string', listed: true },
      { type: 'integer', minimum: 0, maximum: 4096, required: true },
    ])
    return withProvider(vocabulary, random, (parameters) => ({ ...parameters, verbosity: added }))
  },
  function removesParameter(vocabulary, random) {
    return withProvider(vocabulary, random, (parameters) => without(parameters, random.of(orNone(parameters))))
  },
  function narrowsParameter(vocabulary, random) {
    return withProvider(vocabulary, random, (parameters) => {
      const name = random.of(orNone(parameters))
      const declared = parameters[name]
      if (declared === undefined) return parameters
      return { ...parameters, [name]: { ...declared, enum: [random.of(fitting(declared))] } }
    })
  },
  function listsParameter(vocabulary, random) {
    return withProvider(vocabulary, random, (parameters) => {
      const name = random.of(orNone(parameters))
      const declared = parameters[name]
      return declared === undefined ? parameters : { ...parameters, [name]: { ...declared, listed: !declared.listed } }
    })
  },
  function ordersParameters(vocabulary, random) {
    return withProvider(vocabulary, random, (parameters) => Object.fromEntries(Object.entries(parameters).reverse()))
  },
  function removesSectionParameter({ kinds, providers }, random) {
    const name = random.of(Object.keys(kinds))
    const { section = {}, ...rest } = kinds[name] ?? {}
    return {
      kinds: { ...kinds, [name]: { ...rest, section: without(section, random.of(orNone(section))) } },
      providers,
    }
  },
  function removesProvider({ kinds, providers }, random) {
    const others = without(providers, random.of(Object.keys(providers)))
    return Object.keys(others).length === 0 ? { kinds, providers } : { kinds, providers: others }
  },
  function addsProvider({ kinds, providers }, random) {
    const kind = random.of(Object.keys(kinds))
    return { kinds, providers: { ...providers, newcomer: { kind, parameters: { verbosity: { type: 'string' } } } } }
  },
]

function withProvider(
  { kinds, providers }: VocabularyFile,
  random: Random,
  change: (parameters: Declarations) => Declarations,
): VocabularyFile {
  const name = random.of(Object.keys(providers))
  const { kind = '', parameters = {} } = providers[name] ?? {}
  return { kinds, providers: { ...providers, [name]: { kind, parameters: change(parameters) } } }
}

function orNone(of: object): string[] {
  return Object.keys(of).length === 0 ? [''] : Object.keys(of)
}

function without<T>(all: { readonly [name: string]: T }, name: string): { readonly [name: string]: T } {
  return Object.fromEntries(Object.entries(all).filter(([other]) => other !== name))
}

/** Changes the vocabulary, and of the globals what that makes wrong; the accounts stay as they are. */
export function changed(config: Config, random: Random): Config {
  const vocabulary = random.of(CHANGES)(vocabularyOf(config), random)
  const models = modelsUnder(vocabulary, config.models)
  const { providers: blocks, ...sections } = config.settings
  const kept = Object.entries(blocks).flatMap(([name, block]) => {
    const { parameters } = vocabulary.providers[name] ?? {}
    return parameters === undefined ? [] : [[name, blockUnder(parameters, block)]]
  })
  const keptSections = Object.entries(sections).flatMap(([kind, section = {}]) => {
    const { section: declared = {} } = vocabulary.kinds[kind] ?? {}
    return Object.hasOwn(vocabulary.kinds, kind) ? [[kind, blockUnder(declared, section)]] : []
  })
  return {
    ...config,
    providers: vocabulary,
    settings: { ...Object.fromEntries(keptSections), providers: Object.fromEntries(kept) },
    models,
    plans: plansUnder(vocabulary, Object.keys(models), config.plans),
    functions: functionsUnder(vocabulary, Object.keys(models), config.functions),
  }
}

/** Takes from an account what a vocabulary does not declare; `keepsNulls`: but for what says nothing anyway. */
export function accountUnder(vocabulary: VocabularyFile, account: AccountFile, keepsNulls: boolean): AccountFile {
  const { overrides } = account
  if (overrides === undefined || overrides === null) return account
  const kept = Object.entries(overrides).flatMap(([section, block]): [string, Block | null][] => {
    if (block === null || block === undefined)
      return keepsNulls || isSection(vocabulary, section) ? [[section, null]] : []
    if (!isSection(vocabulary, section)) return []
    const fields = Object.entries(block).filter(([field, value]) => {
      if (value === null || value === undefined) return keepsNulls || fieldOf(vocabulary, section, field) !== undefined
      const declared = fieldOf(vocabulary, section, field)
      return declared !== undefined && (declared === 'name' || fits(declared, value))
    })
    return [[section, Object.fromEntries(fields)]]
  })
  return { ...account, overrides: Object.fromEntries(kept) }
}

function isSection({ kinds, providers }: VocabularyFile, section: string): boolean {
  return Object.hasOwn(kinds, section) || Object.hasOwn(providers, section)
}

function fieldOf(
  { kinds, providers }: VocabularyFile,
  section: string,
  field: string,
): Declaration | 'name' | undefined {
  if (Object.hasOwn(kinds, section)) return field === 'provider' ? 'name' : kinds[section]?.section?.[field]
  return field === 'model' ? 'name' : providers[section]?.parameters?.[field]
}

function fits(declared: Declaration, value: unknown): boolean {
  return isOfType(declared, value) && within(value, declared)
}

function isOfType({ type }: Declaration, value: unknown): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

const NAMES = ['api_key', 'model', 'provider']

function blockUnder(declared: Declarations, block: object): ProviderBlock {
  const written: [string, unknown][] = Object.entries(block)
  const kept = written.filter(([field, value]) => {
    const parameter = declared[field]
    return NAMES.includes(field) || (parameter !== undefined && fits(parameter, value))
  })
  const required = Object.entries(declared).flatMap(([name, parameter]) => {
    return parameter.required === true ? [[name, fitting(parameter)[0]]] : []
  })
  return { ...Object.fromEntries(required), ...Object.fromEntries(kept) }
}

function modelsUnder({ providers }: VocabularyFile, models: Config['models']): Config['models'] {
  const kept = Object.entries(models).flatMap(([id, model]): [string, CatalogueModel][] => {
    const { parameters: declared } = providers[model.provider] ?? {}
    if (declared === undefined) return []
    const { provider, kind, parameters = {}, ...older } = model
    const narrowings = Object.entries(parameters).filter(([name, narrowing]) => {
      const parameter = declared[name]
      return parameter !== undefined && (narrowing === false || narrowsWithin(narrowing ?? {}, parameter))
    })
    const olderOnes = Object.entries(OLDER).flatMap(([name, [key, side]]) => {
      const value: unknown = Object.entries(older).find(([other]) => other === key)?.[1]
      const parameter = declared[name]
      const isKept = parameter !== undefined && [value].flat().every((one) => fits(parameter, one))
      return isKept && (side === 'enum' || typeof value === 'number') ? [[key, value]] : []
    })
    return [[id, { provider, kind, parameters: Object.fromEntries(narrowings), ...Object.fromEntries(olderOnes) }]]
  })
  return Object.fromEntries(kept)
}

function narrowsWithin({ minimum, maximum, enum: values = [] }: Narrowing, declared: Declaration): boolean {
  const { enum: _, ...bounds } = declared
  return (
    values.every((value) => fits(declared, value)) &&
    [minimum, maximum].every((bound) => bound === undefined || fits(bounds, bound))
  )
}

function plansUnder(vocabulary: VocabularyFile, ids: readonly string[], plans: Config['plans']): Config['plans'] {
  const items = itemsOf(vocabulary)
  const numeric = declarationsOf(vocabulary).filter(([, { type }]) => type === 'number' || type === 'integer')
  const kept = Object.entries(plans).map(([name, { may_override, models = {}, limits = {}, ...plan }]) => {
    const within = (list: readonly string[] | undefined): string[] | undefined => list?.filter((id) => ids.includes(id))
    const some = {
      ...(models.allow && { allow: within(models.allow) }),
      ...(models.deny && { deny: within(models.deny) }),
    }
    const kept = Object.entries(limits).filter(([field, limit]) => {
      return numeric.some(([other, declared]) => other === field && fits(declared, limit))
    })
    const permitted = may_override.filter((item) => items.includes(item))
    return [name, { ...plan, may_override: permitted, models: some, limits: Object.fromEntries(kept) }]
  })
  return Object.fromEntries(kept)
}

function functionsUnder(
  vocabulary: VocabularyFile,
  ids: readonly string[],
  functions: Config['functions'],
): Config['functions'] {
  const kept = Object.entries(functions).map(([name, { defaults, ...spec }]): [string, FunctionRule] => {
    if (defaults === undefined) return [name, spec]
    const { models, ...fields } = defaults
    const declared = declarationsOf(vocabulary, spec.kind)
    const some = Object.entries(fields).filter(([field, value]) => {
      return declared.some(([other, parameter]) => other === field && fits(parameter, value))
    })
    const providers = serving(vocabulary, spec.kind)
    const chosen = Object.entries(typeof models === 'object' ? models : {}).filter(([provider, id]) => {
      return providers.includes(provider) && id !== undefined && ids.includes(id)
    })
    return [name, { ...spec, defaults: { ...Object.fromEntries(some), models: Object.fromEntries(chosen) } }]
  })
  return Object.fromEntries(kept)
}

/** Every declaration of a vocabulary, or of one kind. */
function declarationsOf({ kinds, providers }: VocabularyFile, kind?: string): (readonly [string, Declaration])[] {
  return [
    ...Object.values(providers).flatMap((one) => {
      return kind === undefined || one.kind === kind ? Object.entries(one.parameters ?? {}) : []
    }),
    ...Object.entries(kinds).flatMap(([name, { section = {}, function: byFunction = {} }]) => {
      return kind === undefined || name === kind ? [...Object.entries(section), ...Object.entries(byFunction)] : []
    }),
  ]
}
