import type { Dict, Value } from './plain-data.ts'
import type { Bounds, Vocabulary } from './vocabulary.ts'

/**
 * The content of a release, as plain data: the globals, and one sparse entry per account. The compiler writes these
 * shapes and the SDK reads them; `resolve-answers.ts` turns them into answers.
 */

export const PLANS = ['free', 'starter', 'growth', 'scale'] as const
export type PlanName = (typeof PLANS)[number]

/** Everything besides overrides that an account may bring, each under a key of its own. */
export const COLLECTIONS = ['prompts', 'author_profiles', 'strategies'] as const

export interface Globals {
  readonly vocabulary: Vocabulary
  /** By kind; one that no function uses may be absent. */
  readonly sections: Dict<KindDefaults>
  readonly providers: Dict<ProviderDefaults>
  readonly models: Dict<Model>
  readonly plans: Readonly<Record<PlanName, Plan>>
  readonly functions: Dict<FunctionSpec>
  readonly prompts: Dict<GlobalPrompt>
  readonly author_profiles: Dict<ContentRecord>
  readonly strategies: Dict<ContentRecord>
}

/** The section of a kind in settings.yaml. */
export interface KindDefaults {
  /** The provider that answers functions of this kind. */
  readonly provider: string
  readonly fields: Dict<Value>
}

export interface ProviderDefaults {
  readonly secret: string
  readonly fields: Dict<Value>
}

export interface Model {
  readonly provider: string
  readonly kind: string
  /** What it takes of its provider's parameters: narrower bounds, or false for one that it does not take. */
  readonly parameters: Dict<Bounds | false>
  /** Tokens, of question and answer together. */
  readonly context_tokens?: number
  /** In USD: `input` and `output` per million tokens, `image`, or `amount` for each of what `per` names. */
  readonly price?: Dict<number | string>
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
  readonly kind: string
  readonly prompts: readonly string[]
  readonly defaults: Dict<Value>
  /** The function's own model, by the provider that was resolved. */
  readonly models: Dict<string>
}

export interface GlobalPrompt {
  readonly value: string
  readonly placeholders: 'brackets' | 'braces' | 'mustache' | 'none'
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

export function isPlan(name: string): name is PlanName {
  return PLANS.some((plan) => plan === name)
}
