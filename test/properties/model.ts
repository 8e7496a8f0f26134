/**
 * What an account gets, straight from the authored data and by the contract's sentences. It imports nothing of the
 * program, so that the two can be wrong in different ways only.
 */
type Scalar = string | number | boolean
export type Block = { readonly [field: string]: Scalar | null | undefined }
export type Content = { readonly [field: string]: Scalar | readonly string[] | undefined }

export interface CatalogueModel {
  readonly provider: string
  readonly kind: 'text' | 'image'
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
  readonly kind: 'text' | 'image'
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

export interface Config {
  readonly settings: {
    readonly text: { readonly provider: string }
    readonly image: { readonly provider: string; readonly max_in_article?: number | undefined }
    readonly providers: {
      readonly [name: string]: { readonly [field: string]: Scalar | undefined | { readonly secret: string } }
    }
  }
  readonly models: { readonly [id: string]: CatalogueModel }
  readonly plans: { readonly [name: string]: PlanRule }
  readonly functions: { readonly [name: string]: FunctionRule }
  readonly prompts: { readonly [type: string]: PromptFile }
  readonly author_profiles: { readonly [id: string]: Content }
  readonly strategies: { readonly [id: string]: Content }
  readonly accounts: { readonly [id: string]: AccountFile }
}

export type Answer = { readonly [field: string]: unknown }

export const FIELDS: { readonly [provider: string]: readonly string[] } = {
  openai: ['model', 'temperature', 'max_tokens'],
  anthropic: ['model', 'temperature', 'max_tokens'],
  dalle: ['model', 'size', 'quality', 'style'],
  runware: ['model', 'size'],
}
const KIND: { readonly [provider: string]: string } = {
  openai: 'text',
  anthropic: 'text',
  dalle: 'image',
  runware: 'image',
}

/** A value deep in plain data. Null and missing are the same: absent. */
function at(from: unknown, ...path: readonly string[]): unknown {
  let value = from
  for (const step of path)
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined
  return value ?? undefined
}

/** Layers 1 to 4 of the contract, for what the account says of a field. `provider`: as if that one were resolved. */
function layered(
  config: Config,
  name: string,
  says: (section: string, field: string) => unknown,
  forced?: string,
): {
  provider: string
  model: string
  answer: Answer
  /** Values that the model does not take; `byAccount` when the account wrote one of the two, or chose the provider. */
  misfits: { field: string; byAccount: boolean; byFunction: boolean }[]
} {
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
  const values = new Map((FIELDS[provider] ?? []).map((field) => [field, from(provider, field)]))
  if (kind === 'image') values.set('max_in_article', from('image', 'max_in_article'))
  const [modelId, modelLayer] = values.get('model') ?? []
  const model = at(config.models, String(modelId))
  const answer: Record<string, unknown> = { provider, api_key: at(config.settings, 'providers', provider, 'api_key') }
  const misfits: { field: string; byAccount: boolean; byFunction: boolean }[] = []
  const switched = forced === undefined && chosen !== undefined && chosen !== at(config.settings, kind, 'provider')
  const misfit = (field: string, layer: string): void => {
    const layers = [layer, modelLayer, switched ? 'account' : 'provider']
    misfits.push({ field, byAccount: layers.includes('account'), byFunction: layers.includes('function') })
  }
  if (at(model, 'provider') !== provider) misfit('model', String(modelLayer))
  for (const [field, [value, layer]] of values) {
    if (value === undefined) continue
    const list = { size: 'sizes', quality: 'qualities', style: 'styles' }[field]
    const listed = list === undefined ? undefined : at(model, list)
    if (list !== undefined && listed === undefined) {
      if (layer === 'account') misfit(field, layer)
      continue
    }
    answer[field] = value
    if (Array.isArray(listed) && !listed.includes(value)) misfit(field, layer)
    if (field === 'max_tokens' && Number(value) > Number(at(model, 'max_output_tokens') ?? Infinity))
      misfit(field, layer)
    if (field === 'temperature' && Number(value) > Number(at(model, 'max_temperature') ?? 2)) misfit(field, layer)
  }
  const format = at(spec, 'defaults', 'response_format')
  if (format !== undefined) answer['response_format'] = format
  return { provider, model: String(modelId), answer, misfits }
}

/** Whether a plan permits a section, one of its fields, and a value there. */
function permits(config: Config, plan: string, section: string, field?: string, value?: unknown): boolean {
  const rule = config.plans[plan]
  if (plan === 'free' || rule === undefined) return false
  if (!rule.may_override.includes(section) && !rule.may_override.includes(`${section}.${field}`)) return false
  if (field === 'model') return permitsModel(config, plan, String(value))
  return !(Number(value) > (rule.limits?.[field ?? ''] ?? Infinity))
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

/** Everything that one account gets. */
export function everything(config: Config, id: string, live?: string): Answer {
  const account = config.accounts[id]
  const of = (names: object, answer: (name: string) => Answer): Answer =>
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
  const kinds = Object.values(config.functions).map(({ kind }) => kind)
  const bare = (['text', 'image'] as const).filter((kind) => !kinds.includes(kind))
  const functions = Object.fromEntries(
    bare.map((kind): [string, FunctionRule] => [`bare ${kind}`, { kind, prompts: [] }]),
  )
  return { ...config, functions: { ...config.functions, ...functions } }
}

/** Whether the globals fit by themselves: what the selected providers answer, and every provider's own defaults. */
export function areLegalGlobals(authored: Config): boolean {
  const config = judged(authored)
  return Object.keys(config.functions).every((name) => {
    const kind = config.functions[name]?.kind ?? ''
    const providers = Object.keys(config.settings.providers).filter((provider) => KIND[provider] === kind)
    return (
      layered(config, name, () => undefined).misfits.length === 0 &&
      providers.every((one) =>
        layered(config, name, () => undefined, one).misfits.every(({ byFunction }) => byFunction),
      )
    )
  })
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
      const chosen = layered(config, name, says)
      if (
        Object.hasOwn(authored.functions, name) &&
        says(kind, 'provider') !== undefined &&
        !permitsModel(config, plan, chosen.model)
      )
        return false
      if (chosen.misfits.some(({ byAccount }) => byAccount)) return false
      return sections.every(
        ([section]) =>
          section === chosen.provider ||
          KIND[section] !== kind ||
          layered(config, name, says, section).misfits.every(({ byAccount }) => !byAccount),
      )
    })
  )
}
