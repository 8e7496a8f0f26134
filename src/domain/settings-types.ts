/**
 * The content of a release, as plain data: the globals, and one sparse entry per account. The compiler writes these
 * shapes and the SDK reads them; `resolve-answers.ts` turns them into answers.
 */
export const PLANS = ['free', 'starter', 'growth', 'scale'] as const
export type PlanName = (typeof PLANS)[number]

export type Kind = 'text' | 'image'

/** The fields of a provider's block, in the order in which answers list them. */
export const PROVIDERS = {
  openai: { kind: 'text', fields: ['model', 'temperature', 'max_tokens'] },
  anthropic: { kind: 'text', fields: ['model', 'temperature', 'max_tokens'] },
  dalle: { kind: 'image', fields: ['model', 'size', 'quality', 'style'] },
  runware: { kind: 'image', fields: ['model', 'size'] },
} as const satisfies Record<string, { kind: Kind; fields: readonly string[] }>
export type Provider = keyof typeof PROVIDERS

/** The fields of a kind's own section, beside `provider`. */
export const KIND_FIELDS = { text: [], image: ['max_in_article'] } as const satisfies Record<Kind, readonly string[]>

/** Everything besides overrides that an account may bring, each under a key of its own. */
export const COLLECTIONS = ['prompts', 'author_profiles', 'strategies'] as const

export type Value = string | number | boolean
export type Dict<T> = Readonly<Record<string, T>>

export interface Globals {
  readonly text: { readonly provider: string }
  readonly image: { readonly provider: string; readonly max_in_article?: number }
  readonly providers: Dict<ProviderDefaults>
  readonly models: Dict<Model>
  readonly plans: Readonly<Record<PlanName, Plan>>
  readonly functions: Dict<FunctionSpec>
  readonly prompts: Dict<GlobalPrompt>
  readonly author_profiles: Dict<ContentRecord>
  readonly strategies: Dict<ContentRecord>
}

export interface ProviderDefaults {
  readonly secret: string
  readonly fields: Dict<Value>
}

export interface Model {
  readonly provider: string
  readonly kind: Kind
  /** Tokens. */
  readonly max_output_tokens?: number
  /** Tokens, of question and answer together. */
  readonly context_tokens?: number
  /** The highest temperature that the vendor takes; 2 where the catalogue gives none. */
  readonly max_temperature?: number
  readonly sizes?: readonly string[]
  readonly qualities?: readonly string[]
  readonly styles?: readonly string[]
  /** USD per million tokens in and out, or per image. */
  readonly price?: Dict<number>
  /** Dates as `2026-01-31`. */
  readonly deprecated_on?: string
  readonly removed_on?: string
  readonly successor?: string
}

export interface Plan {
  /** Items are `section` or `section.field`. */
  readonly may_override: readonly string[]
  readonly models?: { readonly allow?: readonly string[]; readonly deny?: readonly string[] }
  readonly limits?: Dict<number>
}

export interface FunctionSpec {
  readonly kind: Kind
  readonly prompts: readonly string[]
  readonly defaults: Dict<Value>
  /** The function's own model, by the provider that was resolved. */
  readonly models: Dict<string>
}

export interface GlobalPrompt {
  readonly value: string
  readonly placeholders: 'brackets' | 'braces' | 'none'
  readonly variables: Dict<Variable>
}

/** Whether a text must contain the variable; `literal` is a name whose placeholder is text that stays as it is. */
export type Variable = boolean | 'literal'

/** An author profile or a strategy, without its id. */
export type ContentRecord = Dict<string | boolean | readonly string[]>

/** One account, sparse: nothing inherited, no nulls, no empty sections. */
export interface Account {
  readonly plan: PlanName
  readonly overrides?: Dict<Dict<Value>>
  readonly prompts?: Dict<PromptRecord>
  readonly author_profiles?: Dict<ContentRecord>
  readonly strategies?: Dict<ContentRecord>
}

export interface PromptRecord {
  readonly customized: boolean
  /** The global text at the moment of customising, kept for reset. */
  readonly default: string
  readonly value?: string
}

/** Looks up a key, and never finds what an object inherits, such as `constructor`. */
export function own<T>(record: Dict<T> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}

export function isPlan(name: string): name is PlanName {
  return PLANS.some((plan) => plan === name)
}

export function isProvider(name: string): name is Provider {
  return Object.hasOwn(PROVIDERS, name)
}

/** Returns the provider names of one kind, for messages and vocabularies. */
export function providersOf(kind: Kind): Provider[] {
  return Object.keys(PROVIDERS)
    .filter(isProvider)
    .filter((name) => PROVIDERS[name].kind === kind)
}
