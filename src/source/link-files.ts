import { type Dict, type Value, own } from '../domain/plain-data.ts'
import type {
  Account,
  ContentRecord,
  FunctionSpec,
  Globals,
  GlobalPrompt,
  KindDefaults,
  Model,
  Plan,
  ProviderDefaults,
} from '../domain/settings-types.ts'
import { COLLECTIONS, PLANS, isPlan } from '../domain/settings-types.ts'
import { BUILT_IN, OLDER_SPELLINGS } from '../domain/built-in-vocabulary.ts'
import { type Fields, blockFields } from '../domain/vocabulary-fields.ts'
import { type Bounds, type Vocabulary, isNumeric, linkVocabulary } from '../domain/vocabulary.ts'
import type { FileTypes } from './generated/types.ts'
import { stemOf } from './file-layout.ts'

/**
 * The globals as far as they can be known. A file that is missing or fails yaml or schema is opaque: its content is
 * absent here, and a rule that depends on it stays silent.
 */
export interface PartialGlobals {
  /** What providers.yaml declares, or the built-in one; absent where that file is opaque. */
  readonly vocabulary?: Vocabulary
  readonly settings?: Pick<Globals, 'sections' | 'providers'>
  readonly models?: Dict<Model>
  readonly plans?: Globals['plans']
  readonly functions?: Dict<FunctionSpec>
  /** By type; null for a prompt whose file is opaque: it is there, but its content is unknown. */
  readonly prompts: Dict<GlobalPrompt | null>
  readonly author_profiles: Dict<ContentRecord>
  readonly strategies: Dict<ContentRecord>
  /** The plans that are written in `plans.yaml`, including wrong ones; undefined where it is opaque. */
  readonly written?: Dict<Plan>
  readonly tenfold?: FileTypes['tenfold']
  /** The permissions in the root of trust; absent where there is none. */
  readonly trust?: TrustFacts
}

/** The content of `trust/root.json` that matters to those who only write settings. */
export type TrustFacts =
  | { readonly problem: string }
  | {
      readonly problem?: never
      /** Provider to the secret names that it may use. */
      readonly secrets: Dict<readonly string[]>
      /** Environment to name to recipient. */
      readonly recipients: Dict<Dict<string>>
    }

/** A valid global file, by its kind. */
export type GlobalFile<K extends GlobalKind = GlobalKind> = {
  [P in K]: { readonly path: string; readonly kind: P; readonly value: FileTypes[P] | undefined }
}[K]
export type GlobalKind = Exclude<keyof FileTypes, 'account'>

/** Returns what providers.yaml declares; undefined where it is opaque, and the built-in vocabulary where there is none. */
export function vocabularyIn(
  file: { readonly value: FileTypes['providers'] | undefined } | undefined,
): Vocabulary | undefined {
  if (file === undefined) return BUILT_IN
  if (file.value === undefined) return undefined
  const linked = LINKED.get(file.value) ?? linkVocabulary(file.value)
  LINKED.set(file.value, linked)
  return linked
}

/** What is derived from a vocabulary is kept by it: so there is one for each content of the file. */
const LINKED = new WeakMap<FileTypes['providers'], Vocabulary>()

export function linkGlobals(files: readonly GlobalFile[], vocabulary: Vocabulary | undefined): PartialGlobals {
  const known: { -readonly [K in keyof PartialGlobals]: PartialGlobals[K] } = {
    ...(vocabulary !== undefined && { vocabulary }),
    prompts: {},
    author_profiles: {},
    strategies: {},
  }
  const prompts: Record<string, GlobalPrompt | null> = {}
  const profiles: Record<string, ContentRecord> = {}
  const strategies: Record<string, ContentRecord> = {}
  for (const file of files) {
    const id = stemOf(file.path)
    if (file.kind === 'prompt') prompts[id] = file.value === undefined ? null : linkPrompt(file.value)
    else if (file.value === undefined || file.kind === 'providers') continue
    else if (file.kind === 'tenfold') known.tenfold = file.value
    else if (file.kind === 'settings') known.settings = linkSettings(file.value, vocabulary ?? BUILT_IN)
    else if (file.kind === 'models') known.models = linkModels(file.value.models, vocabulary ?? BUILT_IN)
    else if (file.kind === 'functions') known.functions = mapValues(file.value.functions, linkFunction)
    else if (file.kind === 'profile') profiles[id] = { ...file.value }
    else if (file.kind === 'strategy') strategies[id] = { ...file.value }
    else if (file.kind === 'plans') {
      known.written = mapValues(file.value.plans, linkPlan)
      known.plans = fourPlans(known.written, vocabulary ?? BUILT_IN)
    }
  }
  return { ...known, prompts, author_profiles: profiles, strategies }
}

/** Returns the globals in full; undefined while anything is opaque. */
export function complete(known: PartialGlobals): Globals | undefined {
  const { vocabulary, settings, models, plans, functions } = known
  if (vocabulary === undefined || settings === undefined || models === undefined) return undefined
  if (plans === undefined || functions === undefined) return undefined
  if (!isTheFour(known.written)) return undefined
  const prompts: Record<string, GlobalPrompt> = {}
  for (const [type, prompt] of Object.entries(known.prompts)) {
    if (prompt === null) return undefined
    prompts[type] = prompt
  }
  const { author_profiles, strategies } = known
  return { vocabulary, ...settings, models, plans, functions, prompts, author_profiles, strategies }
}

/**
 * Returns as much of the globals as answers can be given from: what is opaque is left out, so that a revision with a
 * mistake in it can still be compared. Undefined where nothing can be answered at all. Made once for all callers.
 */
export function lenient(known: PartialGlobals): Globals | undefined {
  const { vocabulary, settings, models, functions } = known
  if (vocabulary === undefined || settings === undefined) return undefined
  if (models === undefined || functions === undefined) return undefined
  const made = LENIENT.get(known)
  if (made !== undefined) return made
  const prompts: Record<string, GlobalPrompt> = {}
  for (const [type, prompt] of Object.entries(known.prompts)) if (prompt !== null) prompts[type] = prompt
  const { author_profiles, strategies } = known
  const plans = known.plans ?? fourPlans({}, vocabulary)
  const globals = { vocabulary, ...settings, models, plans, functions, prompts, author_profiles, strategies }
  LENIENT.set(known, globals)
  return globals
}

const LENIENT = new WeakMap<PartialGlobals, Globals>()

/**
 * Returns enough to layer and to check the result, which needs neither plans nor prompts. Made once for all accounts.
 */
export function layerable(known: PartialGlobals): Globals | undefined {
  const { vocabulary, settings, models, functions } = known
  if (vocabulary === undefined || settings === undefined) return undefined
  if (models === undefined || functions === undefined) return undefined
  const made = LAYERABLE.get(known)
  if (made !== undefined) return made
  const { author_profiles, strategies } = known
  const plans = known.plans ?? NO_PLANS
  const globals = { vocabulary, ...settings, models, plans, functions, prompts: {}, author_profiles, strategies }
  LAYERABLE.set(known, globals)
  return globals
}

/**
 * Returns enough to check what an account writes by itself, whatever the layers below it are: where settings.yaml or
 * functions.yaml is opaque, a model that it chooses is still another provider's.
 */
export function withoutLayers({ vocabulary, models }: PartialGlobals): Globals | undefined {
  return vocabulary && models && { ...NO_LAYERS, vocabulary, models }
}

const LAYERABLE = new WeakMap<PartialGlobals, Globals>()
const NO_PLAN: Plan = { may_override: [] }
const NO_PLANS: Globals['plans'] = { free: NO_PLAN, starter: NO_PLAN, growth: NO_PLAN, scale: NO_PLAN }
const NO_LAYERS = {
  sections: {},
  providers: {},
  functions: {},
  plans: NO_PLANS,
  prompts: {},
  author_profiles: {},
  strategies: {},
} as const

/** One account as written in its file, ready for the rules; it may also come from a store, without its file parsed. */
export interface AccountModel {
  /** Relative to the configuration's folder. */
  readonly file: string
  /** The id that the file's name gives. */
  readonly stem: string
  /** The id that is written in the file. */
  readonly id: string
  readonly plan: string
  /**
   * Those of `overrides`, `prompts`, `author_profiles` and `strategies` that are written at all, including empty ones
   * and nulls.
   */
  readonly sections: readonly string[]
  /** Its overrides, without nulls and empty sections. */
  readonly body: Omit<Account, 'plan'>
}

/** Links one account's file, treating nulls and empty sections as nothing. */
export function linkAccount(path: string, value: FileTypes['account']): AccountModel {
  const overrides = compact(value.overrides, (section) => compact(section, (field: Value | null) => field ?? undefined))
  const prompts = compact(value.prompts, (record) => record)
  const author_profiles = compact(value.author_profiles, (record) => ({ ...record }))
  const strategies = compact(value.strategies, (record) => ({ ...record }))
  const body: Omit<Account, 'plan'> = {
    ...(overrides !== undefined && { overrides }),
    ...(prompts !== undefined && { prompts }),
    ...(author_profiles !== undefined && { author_profiles }),
    ...(strategies !== undefined && { strategies }),
  }
  const sections = SECTIONS.filter((section) => value[section] !== undefined)
  return { file: path, stem: stemOf(path), id: value.id, plan: value.plan, sections, body }
}

/** Returns the account as a release holds it; undefined where its plan is none. */
export function toAccount({ plan, body }: AccountModel): Account | undefined {
  return isPlan(plan) ? { plan, ...body } : undefined
}

/** The keys of an account's file that a Free account may not have at all. */
export const SECTIONS = ['overrides', 'prompts', 'author_profiles', 'strategies'] as const

function compact<T, U>(
  record: Readonly<Record<string, T | undefined>> | null | undefined,
  item: (value: T) => U | undefined,
): Record<string, U> | undefined {
  const result: Record<string, U> = {}
  for (const [key, value] of Object.entries(record ?? {})) {
    const kept = value === undefined ? undefined : item(value)
    if (kept !== undefined) result[key] = kept
  }
  return Object.keys(result).length === 0 ? undefined : result
}

function linkSettings(file: FileTypes['settings'], vocabulary: Vocabulary): Pick<Globals, 'sections' | 'providers'> {
  const sections: Record<string, KindDefaults> = {}
  for (const kind of Object.keys(vocabulary.kinds)) {
    const { provider, ...rest } = own(file, kind) ?? {}
    if (typeof provider === 'string') sections[kind] = { provider, fields: valuesOf(rest) }
  }
  const providers: Record<string, ProviderDefaults> = {}
  for (const [name, { api_key, ...rest }] of Object.entries(file.providers)) {
    if (typeof api_key === 'object') providers[name] = { secret: api_key.secret, fields: valuesOf(rest) }
  }
  return { sections, providers }
}

function valuesOf(record: Dict<unknown>): Dict<Value> {
  const values: Record<string, Value> = {}
  for (const [name, value] of Object.entries(record)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') values[name] = value
  }
  return values
}

function linkModels(models: FileTypes['models']['models'], vocabulary: Vocabulary): Dict<Model> {
  return mapValues(models, (model) => linkModel(model, blockFields(vocabulary, model.provider)))
}

/**
 * Links a model, putting the older spellings into the newer one. One that is about no parameter of the model's provider,
 * or about one of another type, says nothing: `parameters` could not say it either.
 */
function linkModel(file: FileTypes['models']['models'][string], declared: Fields): Model {
  const { provider, kind, context_tokens, deprecated_on, removed_on, successor, parameters, price } = file
  const all: Record<string, Bounds | false> = { ...parameters }
  for (const [key, { parameter, bound }] of Object.entries(OLDER_SPELLINGS)) {
    const value = own<unknown>({ ...file }, key)
    const type = declared.get(parameter)?.type
    if (type === undefined) continue
    if (bound === 'maximum' && isNumeric(type) && typeof value === 'number') all[parameter] = { maximum: value }
    if (bound === 'enum' && type === 'string' && Array.isArray(value)) all[parameter] = { enum: value.map(String) }
  }
  return {
    provider,
    kind,
    parameters: all,
    ...(context_tokens !== undefined && { context_tokens }),
    ...(price !== undefined && { price: { ...price } }),
    ...(deprecated_on !== undefined && { deprecated_on }),
    ...(removed_on !== undefined && { removed_on }),
    ...(successor !== undefined && { successor }),
  }
}

function linkFunction(spec: FileTypes['functions']['functions'][string]): FunctionSpec {
  const { models, ...defaults } = spec.defaults ?? {}
  const byProvider: Record<string, string> = {}
  for (const [provider, id] of Object.entries(typeof models === 'object' ? models : {})) byProvider[provider] = id
  return { kind: spec.kind, prompts: spec.prompts, defaults: valuesOf(defaults), models: byProvider }
}

function linkPrompt(file: FileTypes['prompt']): GlobalPrompt {
  const variables = mapValues(file.variables ?? {}, (variable) =>
    variable.literal === true ? 'literal' : (variable.required ?? true),
  )
  return { value: file.value, placeholders: file.placeholders, variables }
}

/** Returns the four, whatever is beside them. One that is missing refuses nothing: that it is missing is the error. */
function fourPlans(written: Dict<Plan>, { kinds, providers }: Vocabulary): Globals['plans'] {
  const any: Plan = { may_override: [...Object.keys(kinds), ...Object.keys(providers), ...COLLECTIONS] }
  const { free = NO_PLAN, starter = any, growth = any, scale = any } = written
  return { free, starter, growth, scale }
}

function isTheFour(written: Dict<Plan> = {}): boolean {
  return Object.keys(written).length === PLANS.length && PLANS.every((plan) => Object.hasOwn(written, plan))
}

function linkPlan({ title: _, limits, models, ...rest }: FileTypes['plans']['plans'][string]): Plan {
  return { ...rest, ...(models !== undefined && { models }), ...(limits !== undefined && { limits: { ...limits } }) }
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, f: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]))
}
