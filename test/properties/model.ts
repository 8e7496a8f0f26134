/**
 * What an account gets, straight from the authored data and by the contract's sentences. It imports nothing of the
 * program, so that the two can be wrong in different ways only.
 */
export type Scalar = string | number | boolean
export type Block = { readonly [field: string]: Scalar | null | undefined }
export type Content = { readonly [field: string]: Scalar | readonly string[] | undefined }

/** What a parameter may be, as far as it is said. */
export interface Narrowing {
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
  readonly enum?: readonly Scalar[] | undefined
}

export interface Declaration extends Narrowing {
  readonly format?: 'dimensions' | undefined
  readonly type: 'string' | 'number' | 'integer' | 'boolean'
  readonly required?: boolean | undefined
  readonly listed?: boolean | undefined
}

export type Declarations = { readonly [name: string]: Declaration }

/** What `providers.yaml` says. */
export interface VocabularyFile {
  readonly kinds: {
    readonly [kind: string]: {
      readonly section?: Declarations | undefined
      readonly function?: Declarations | undefined
    }
  }
  readonly providers: {
    readonly [provider: string]: { readonly kind: string; readonly parameters?: Declarations | undefined }
  }
}

export interface CatalogueModel {
  readonly provider: string
  readonly kind: string
  readonly parameters?: { readonly [name: string]: Narrowing | false | undefined } | undefined
  readonly max_output_tokens?: number | undefined
  readonly max_temperature?: number | undefined
  readonly sizes?: readonly string[] | undefined
  readonly qualities?: readonly string[] | undefined
  readonly styles?: readonly string[] | undefined
}

export interface PlanRule {
  readonly title: string
  readonly may_override: readonly string[]
  readonly models?: { readonly allow?: readonly string[]; readonly deny?: readonly string[] } | undefined
  readonly limits?: { readonly [field: string]: number | undefined } | undefined
}

export interface FunctionRule {
  readonly kind: string
  readonly prompts: readonly string[]
  readonly defaults?:
    | { readonly [field: string]: Scalar | undefined | { readonly [provider: string]: string | undefined } }
    | undefined
}

export interface PromptFile {
  readonly title: string
  readonly placeholders: 'brackets' | 'braces' | 'none'
  readonly variables?: { readonly [name: string]: { readonly required?: boolean | undefined } } | undefined
  readonly value: string
}

export interface AccountFile {
  readonly id: string
  readonly plan: string
  readonly overrides?: { readonly [section: string]: Block | null | undefined } | null | undefined
  readonly prompts?:
    | {
        readonly [type: string]:
          | { readonly customized: boolean; readonly default: string; readonly value?: string }
          | undefined
      }
    | null
    | undefined
  readonly author_profiles?: { readonly [id: string]: Content } | null | undefined
  readonly strategies?: { readonly [id: string]: Content } | null | undefined
}

/** A provider's block in settings.yaml. */
export type ProviderBlock = { readonly [field: string]: Scalar | undefined | { readonly secret: string } }

type Blocks = { readonly [provider: string]: ProviderBlock }

export interface Config {
  /** Left out, the built-in vocabulary counts. */
  readonly providers?: VocabularyFile | undefined
  readonly settings: {
    /** By kind; `providers` is none. */
    readonly [kind: string]: { readonly [field: string]: Scalar | undefined } | undefined | Blocks
    readonly providers: Blocks
  }
  readonly models: { readonly [id: string]: CatalogueModel }
  readonly plans: { readonly [name: string]: PlanRule }
  readonly functions: { readonly [name: string]: FunctionRule }
  readonly prompts: { readonly [type: string]: PromptFile }
  readonly author_profiles: { readonly [id: string]: Content }
  readonly strategies: { readonly [id: string]: Content }
  readonly accounts: { readonly [id: string]: AccountFile }
}

type Answer = { readonly [field: string]: unknown }

const TEXT_PARAMETERS: Declarations = {
  temperature: { type: 'number', minimum: 0, maximum: 2 },
  max_tokens: { type: 'integer', minimum: 1, required: true },
}
const SIZE: Declaration = { type: 'string', format: 'dimensions', listed: true }

/** The vocabulary of the contract. */
export const BUILT_IN: VocabularyFile = {
  kinds: {
    text: { function: { response_format: { type: 'string', enum: ['text', 'json'] } } },
    image: { section: { max_in_article: { type: 'integer', minimum: 0, maximum: 10 } } },
  },
  providers: {
    openai: { kind: 'text', parameters: TEXT_PARAMETERS },
    anthropic: { kind: 'text', parameters: TEXT_PARAMETERS },
    dalle: {
      kind: 'image',
      parameters: {
        size: SIZE,
        quality: { type: 'string', enum: ['standard', 'hd'], listed: true },
        style: { type: 'string', enum: ['vivid', 'natural'], listed: true },
      },
    },
    runware: { kind: 'image', parameters: { size: SIZE } },
  },
}

export function vocabularyOf(config: Pick<Config, 'providers'>): VocabularyFile {
  return config.providers ?? BUILT_IN
}

/** The providers of one kind. */
export function serving({ providers }: VocabularyFile, kind: string): string[] {
  return Object.keys(providers).filter((name) => providers[name]?.kind === kind)
}

/** A value deep in plain data. Null and missing are the same: absent. */
function at(from: unknown, ...path: readonly string[]): unknown {
  let value = from
  for (const step of path)
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined
  return value ?? undefined
}

/** What the older spellings of models.yaml say of a parameter, if anything of its type. */
export const OLDER: { readonly [parameter: string]: readonly [key: string, side: 'maximum' | 'enum'] } = {
  max_tokens: ['max_output_tokens', 'maximum'],
  temperature: ['max_temperature', 'maximum'],
  size: ['sizes', 'enum'],
  quality: ['qualities', 'enum'],
  style: ['styles', 'enum'],
}

/** What a model leaves of a parameter of its provider: each thing that it says counts beside what the provider says. */
function leftBy(
  model: CatalogueModel | undefined,
  name: string,
  declared: Declaration,
): readonly Partial<Declaration>[] | false {
  const said = model?.parameters?.[name]
  if (said === false) return false
  const [key = '', side] = OLDER[name] ?? []
  const isOfType = side === 'enum' ? declared.type === 'string' : ['number', 'integer'].includes(declared.type)
  const value = isOfType ? at(model, key) : undefined
  const older: Narrowing = side === undefined || value === undefined ? {} : { [side]: value }
  const isListed = said?.enum !== undefined || older.enum !== undefined
  return declared.listed === true && !isListed ? false : [declared, said ?? {}, older]
}

export function within(value: unknown, { minimum, maximum, enum: values, format }: Partial<Declaration>): boolean {
  if (format !== undefined && !/^[1-9][0-9]*x[1-9][0-9]*$/.test(String(value))) return false
  if (values !== undefined && !values.some((one) => one === value)) return false
  return typeof value !== 'number' || (value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity))
}

/** Whether a value is one of a parameter of a provider, for a model of it. Undefined: the model does not take that. */
export function takes(
  model: CatalogueModel | undefined,
  name: string,
  declared: Declaration,
  value: unknown,
): boolean | undefined {
  const left = leftBy(model, name, declared)
  return left === false ? undefined : left.every((one) => within(value, one))
}

interface Misfit {
  readonly field: string
  /** Whether the account wrote the value or the model, or chose the provider. */
  readonly byAccount: boolean
  readonly byFunction: boolean
}

interface LayeredAnswer {
  readonly provider: string
  readonly model: string
  /** In the order of the declarations. */
  readonly answer: Answer
  /** Values that the model does not take. */
  readonly misfits: readonly Misfit[]
}

/** Layers 1 to 4 of the contract, for what the account says of a field. `provider`: as if that one were resolved. */
function layered(
  config: Config,
  name: string,
  says: (section: string, field: string) => unknown,
  forced?: string,
): LayeredAnswer {
  const vocabulary = vocabularyOf(config)
  const spec = at(config.functions, name)
  const kind = String(at(spec, 'kind'))
  const chosen = forced ?? says(kind, 'provider')
  const provider = String(chosen ?? at(config.settings, kind, 'provider'))
  const from = (section: string, field: string): [unknown, string] => {
    const byFunction = field === 'model' ? at(spec, 'defaults', 'models', provider) : at(spec, 'defaults', field)
    const byProvider =
      section === kind ? at(config.settings, kind, field) : at(config.settings, 'providers', provider, field)
    const byAccount = says(section, field)
    if (byAccount !== undefined) return [byAccount, 'account']
    return byFunction === undefined ? [byProvider, 'provider'] : [byFunction, 'function']
  }
  const [modelId, modelLayer] = from(provider, 'model')
  const model = config.models[String(modelId)]
  const answer: Record<string, unknown> = { provider, ...(modelId !== undefined && { model: modelId }) }
  const misfits: Misfit[] = []
  const switched = forced === undefined && chosen !== undefined && chosen !== at(config.settings, kind, 'provider')
  const misfit = (field: string, layer: string): void => {
    const layers = [layer, modelLayer, switched ? 'account' : 'provider']
    misfits.push({ field, byAccount: layers.includes('account'), byFunction: layers.includes('function') })
  }
  // A provider without a block of its own has no model until somebody writes one, and nothing to fit.
  if (model !== undefined && (model.provider !== provider || model.kind !== kind)) misfit('model', modelLayer)
  for (const [field, declared] of Object.entries(vocabulary.providers[provider]?.parameters ?? {})) {
    const [value, layer] = from(provider, field)
    if (value === undefined) continue
    const isTaken = model === undefined || takes(model, field, declared, value)
    if (isTaken !== undefined) answer[field] = value
    if (isTaken === false || (isTaken === undefined && layer === 'account')) misfit(field, layer)
  }
  // A model says nothing of what its kind declares, and settings.yaml has no place for what only functions set.
  for (const field of Object.keys(vocabulary.kinds[kind]?.section ?? {})) {
    const [value] = from(kind, field)
    if (value !== undefined) answer[field] = value
  }
  for (const field of Object.keys(vocabulary.kinds[kind]?.function ?? {})) {
    const value = at(spec, 'defaults', field)
    if (value !== undefined) answer[field] = value
  }
  answer['api_key'] = at(config.settings, 'providers', provider, 'api_key')
  return { provider, model: String(modelId), answer, misfits }
}

/** Whether a plan permits a section, one of its fields, and a value there. */
function permits(config: Config, plan: string, section: string, field?: string, value?: unknown): boolean {
  const rule = config.plans[plan]
  if (plan === 'free' || rule === undefined) return false
  if (!rule.may_override.includes(section) && !rule.may_override.includes(`${section}.${field}`)) return false
  if (field === 'model') return permitsModel(config, plan, String(value))
  return typeof value !== 'number' || value <= Number(at(rule.limits, field ?? '') ?? Infinity)
}

function permitsModel(config: Config, plan: string, model: string): boolean {
  const { allow, deny } = config.plans[plan]?.models ?? {}
  return (allow?.includes(model) ?? true) && !(deny?.includes(model) ?? false)
}

function plansOf(account: AccountFile | undefined, live: string | undefined): string[] {
  return account === undefined ? [] : [account.plan, live ?? account.plan]
}

function functionOf(config: Config, id: string, name: string, live?: string): Answer {
  const account = config.accounts[id]
  const plans = plansOf(account, live)
  const says = (section: string, field: string): unknown => {
    const value = at(account, 'overrides', section, field)
    return value !== undefined && plans.every((plan) => permits(config, plan, section, field, value))
      ? value
      : undefined
  }
  const kind = config.functions[name]?.kind ?? ''
  const first = layered(config, name, says)
  const denied = says(kind, 'provider') !== undefined && !plans.every((plan) => permitsModel(config, plan, first.model))
  const second = denied
    ? layered(config, name, (section, field) => (field === 'provider' ? undefined : says(section, field)))
    : first
  return second.misfits.length > 0 ? layered(config, name, () => undefined).answer : second.answer
}

function promptOf(config: Config, id: string, type: string, live?: string): Answer {
  const account = config.accounts[id]
  const brings = plansOf(account, live).every((plan) => permits(config, plan, 'prompts'))
  const record = brings ? account?.prompts?.[type] : undefined
  const global = config.prompts[type]?.value
  if (record === undefined) return { prompt_value: global, default_prompt: global, is_customized: false }
  return {
    prompt_value: record.customized ? record.value : record.default,
    default_prompt: record.default,
    is_customized: record.customized,
  }
}

function recordsOf(config: Config, id: string, section: 'author_profiles' | 'strategies', live?: string): Answer {
  const account = config.accounts[id]
  const brings = plansOf(account, live).every((plan) => permits(config, plan, section))
  const all: [string, Content][] = Object.entries({ ...config[section], ...(brings ? account?.[section] : undefined) })
  return Object.fromEntries(
    all.filter(([, record]) => record['active'] !== false).map(([key, { active: _, ...record }]) => [key, record]),
  )
}

export interface Everything {
  readonly plan?: string
  readonly functions: { readonly [name: string]: Answer }
  readonly prompts: { readonly [type: string]: Answer }
  readonly author_profiles: Answer
  readonly strategies: Answer
}

/** Everything that one account gets. */
export function everything(config: Config, id: string, live?: string): Everything {
  const account = config.accounts[id]
  const of = (names: object, answer: (name: string) => Answer): { readonly [name: string]: Answer } =>
    Object.fromEntries(Object.keys(names).map((name) => [name, answer(name)]))
  return {
    ...(account !== undefined && { plan: account.plan }),
    functions: of(config.functions, (name) => functionOf(config, id, name, live)),
    prompts: of(config.prompts, (type) => promptOf(config, id, type, live)),
    author_profiles: recordsOf(config, id, 'author_profiles', live),
    strategies: recordsOf(config, id, 'strategies', live),
  }
}

/** A kind without a function is judged with a bare one: what is written has to fit though nothing asks for it. */
function judged(config: Config): Config {
  const used = Object.values(config.functions).map(({ kind }) => kind)
  const bare = Object.keys(vocabularyOf(config).kinds).filter((kind) => !used.includes(kind))
  const functions = Object.fromEntries(
    bare.map((kind): [string, FunctionRule] => [`bare ${kind}`, { kind, prompts: [] }]),
  )
  return { ...config, functions: { ...config.functions, ...functions } }
}

function hasBlock(config: Config, provider: unknown): boolean {
  return at(config.settings.providers, String(provider)) !== undefined
}

/**
 * Whether the globals fit by themselves: every kind that is used or written selects a provider that has a block, and
 * fits, and every other provider's own defaults fit too. What a function and a provider that is not selected say
 * together may misfit: the account that selects it answers for that.
 */
export function areLegalGlobals(authored: Config): boolean {
  const config = judged(authored)
  const { kinds } = vocabularyOf(config)
  const selects = Object.keys(kinds).every((kind) => {
    const selected = at(config.settings, kind, 'provider')
    const isUsed = Object.values(authored.functions).some((spec) => spec.kind === kind)
    return selected === undefined ? !isUsed : hasBlock(config, selected)
  })
  return (
    selects &&
    Object.keys(config.functions).every((name) => {
      const kind = config.functions[name]?.kind ?? ''
      return serving(vocabularyOf(config), kind).every((provider) => {
        const isSelected = provider === at(config.settings, kind, 'provider')
        const { misfits } = layered(config, name, () => undefined, provider)
        return misfits.every(({ field, byFunction }) => !isSelected && byFunction && field !== 'model')
      })
    })
  )
}

/** Whether an account's plan permits all it writes, and all of it fits, the blocks that are not selected included. */
export function isLegal(authored: Config, id: string): boolean {
  const config = judged(authored)
  const account = config.accounts[id]
  if (account === undefined) return true
  const { plan } = account
  const collections = ['prompts', 'author_profiles', 'strategies'] as const
  if (plan === 'free')
    return account.overrides === undefined && collections.every((section) => account[section] === undefined)
  if (collections.some((section) => at(account, section) !== undefined && !permits(config, plan, section))) return false
  const says = (section: string, field: string): unknown => at(account, 'overrides', section, field)
  const sections = Object.entries(account.overrides ?? {})
  const permitted = sections.every(([section, block]) =>
    Object.entries(block ?? {}).every(
      ([field, value]) => value === null || permits(config, plan, section, field, value),
    ),
  )
  return (
    permitted &&
    Object.keys(config.functions).every((name) => {
      const kind = config.functions[name]?.kind ?? ''
      const choice = says(kind, 'provider')
      if (choice !== undefined && !hasBlock(config, choice)) return false
      const selected = choice ?? at(config.settings, kind, 'provider')
      const isBare = !Object.hasOwn(authored.functions, name)
      if (selected !== undefined && hasBlock(config, selected)) {
        const chosen = layered(config, name, says)
        if (!isBare && choice !== undefined && !permitsModel(config, plan, chosen.model)) return false
        if (chosen.misfits.some(({ byAccount }) => byAccount)) return false
      }
      return sections.every(
        ([section]) =>
          section === selected ||
          vocabularyOf(config).providers[section]?.kind !== kind ||
          layered(config, name, says, section).misfits.every(({ byAccount }) => !byAccount),
      )
    })
  )
}
