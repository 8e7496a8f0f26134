import { type Layered, misfits, modelOf, takes } from './model-fit.ts'
import { type Dict, type Value, own } from './plain-data.ts'
import type { Account, ContentRecord, FunctionSpec, Globals, PlanName } from './settings-types.ts'
import { answerFields } from './vocabulary-fields.ts'
import { kindOf } from './vocabulary.ts'
import { type Policy, limitOf, permits, permitsModel, policyOf } from './plan-policy.ts'

/** The model, its parameters, and the name of the key to call it with. */
export interface ModelAnswer {
  readonly provider: string
  readonly secret: string
  /** In the order of the declarations: the provider's block, the kind's section, what only a function sets. */
  readonly fields: ReadonlyMap<string, Layered>
  /** Fields that have a value somewhere but do not exist for the resolved model. */
  readonly leftOut: ReadonlyMap<string, Layered>
  readonly providerLayer: 'provider' | 'account'
}

export interface PromptAnswer {
  readonly prompt_value: string
  readonly default_prompt: string
  readonly is_customized: boolean
}

/**
 * Merges the layers, in the one place where they meet: provider default, function default, account override, field by
 * field.
 *
 * The plan policy is applied again here, although the compiler has refused whatever breaks it: a service must not serve
 * an override that the account's plan forbids, no matter who wrote the store. Both the committed and the live plan have
 * to permit a value; one that either refuses is dropped, never clamped, and where what remains no longer fits the
 * model, none of the account's values is used for this function.
 *
 * @throws {Error} when the globals lack the provider or the model that they select: the compiler never emits that.
 */
export function resolveFunction(
  globals: Globals,
  account: Account | undefined,
  spec: FunctionSpec,
  livePlan?: PlanName,
): ModelAnswer {
  if (account?.overrides === undefined) return layer(globals, undefined, spec)
  const policies = policiesOf(globals, account, livePlan)
  const { overrides, dropped } = permitted(account.overrides, policies)
  const answer = layer(globals, overrides, spec)
  if (answer.providerLayer === 'account' && !allowed(policies, answer.fields.get('model')?.value)) {
    return fitting(globals, layer(globals, withoutProvider(overrides, spec.kind), spec), spec)
  }
  return dropped ? fitting(globals, answer, spec) : answer
}

/** Returns the prompt that an account gets: its own text, the snapshot it is pinned to, or the live global. */
export function resolvePrompt(
  globals: Pick<Globals, 'plans' | 'prompts'>,
  account: Account | undefined,
  type: string,
  livePlan?: PlanName,
): PromptAnswer | undefined {
  const global = own(globals.prompts, type)
  if (global === undefined) return undefined
  const record = account && own(account.prompts, type)
  if (account === undefined || record === undefined || !mayBring(globals, account, 'prompts', livePlan)) {
    return { prompt_value: global.value, default_prompt: global.value, is_customized: false }
  }
  const value = record.customized ? (record.value ?? record.default) : record.default
  return { prompt_value: value, default_prompt: record.default, is_customized: record.customized }
}

/** Returns author profiles or strategies: whole records replaced by id, inactive ones left out. */
export function resolveRecords(
  globals: Globals,
  account: Account | undefined,
  collection: 'author_profiles' | 'strategies',
  livePlan?: PlanName,
): Record<string, ContentRecord> {
  const brings = account !== undefined && mayBring(globals, account, collection, livePlan)
  const merged = { ...globals[collection], ...(brings ? account[collection] : undefined) }
  const answer: Record<string, ContentRecord> = {}
  for (const id of Object.keys(merged).sort()) {
    const record = merged[id]
    if (record === undefined || record['active'] === false) continue
    answer[id] = Object.fromEntries(Object.entries(record).filter(([key]) => key !== 'active' && key !== 'id'))
  }
  return answer
}

/** Layers one function for one account's overrides, taking them as they are. */
export function layer(
  globals: Globals,
  overrides: Dict<Dict<Value>> | undefined,
  spec: FunctionSpec,
  forced?: string,
): ModelAnswer {
  const { kind } = spec
  const { vocabulary } = globals
  const section = overrides && own(overrides, kind)
  const choice = own(section, 'provider')
  const chosen = typeof choice === 'string' && serves(globals, choice, kind) ? choice : undefined
  const byKind = own(globals.sections, kind)
  const provider = forced ?? chosen ?? byKind?.provider ?? ''
  const defaults = own(globals.providers, provider)
  if (defaults === undefined || kindOf(vocabulary, provider) === undefined) {
    throw new Error(`the globals select the provider "${provider}" without defining it`)
  }
  const block = overrides && own(overrides, provider)
  const asked = answerFields(vocabulary, provider, kind)
  const all = new Map<string, Layered>()
  for (const { name, from } of asked) {
    const byFunction = name === 'model' && from === 'block' ? own(spec.models, provider) : own(spec.defaults, name)
    if (from === 'block') put(all, name, own(block, name), byFunction, own(defaults.fields, name))
    else if (from === 'section') put(all, name, own(section, name), byFunction, own(byKind?.fields, name))
    else put(all, name, undefined, byFunction, undefined)
  }

  const model = modelOf(globals.models, all.get('model')?.value)
  const leftOut = new Map<string, Layered>()
  for (const { name, parameter } of model === undefined ? [] : asked) {
    if (model === undefined || parameter === undefined || takes(model, name, parameter)) continue
    const layered = all.get(name)
    if (layered !== undefined) leftOut.set(name, layered)
  }
  const fields = leftOut.size === 0 ? all : new Map([...all].filter(([field]) => !leftOut.has(field)))
  const providerLayer = chosen !== undefined && forced === undefined ? 'account' : 'provider'
  return { provider, secret: defaults.secret, fields, leftOut, providerLayer }
}

/** Whether a provider is of this kind and has its own block in the globals. */
export function serves(globals: Globals, provider: string, kind: string): boolean {
  return kindOf(globals.vocabulary, provider) === kind && own(globals.providers, provider) !== undefined
}

/** Whether every kind that is used has a provider that serves it: globals that select another one resolve nothing. */
export function servesAll(globals: Globals): boolean {
  const used = new Set([
    ...Object.keys(globals.sections),
    ...Object.values(globals.functions).map((spec: FunctionSpec) => spec.kind),
  ])
  return [...used].every((kind) => serves(globals, own(globals.sections, kind)?.provider ?? '', kind))
}

function put(all: Map<string, Layered>, field: string, account?: Value, byFunction?: Value, provider?: Value): void {
  if (account !== undefined) all.set(field, { value: account, layer: 'account' })
  else if (byFunction !== undefined) all.set(field, { value: byFunction, layer: 'function' })
  else if (provider !== undefined) all.set(field, { value: provider, layer: 'provider' })
}

/** Returns all layered values, including those that the model has no list for: what `misfits` has to check. */
export function candidates({ fields, leftOut }: ModelAnswer): ReadonlyMap<string, Layered> {
  return leftOut.size === 0 ? fields : new Map([...fields, ...leftOut])
}

function fitting(globals: Globals, answer: ModelAnswer, spec: FunctionSpec): ModelAnswer {
  const model = modelOf(globals.models, answer.fields.get('model')?.value)
  const fits =
    model !== undefined &&
    misfits(globals.vocabulary, answer.provider, spec.kind, model, candidates(answer)).length === 0
  return fits ? answer : layer(globals, undefined, spec)
}

/** Returns the committed plan, and the caller's live one where it differs: both have to permit a value. */
export function policiesOf(
  globals: Pick<Globals, 'plans'>,
  account: Account,
  livePlan: PlanName | undefined,
): Policy[] {
  const committed = policyOf(globals, account.plan)
  return livePlan === undefined || livePlan === account.plan ? [committed] : [committed, policyOf(globals, livePlan)]
}

/** Whether an account's plans let it bring anything under a key of its own, such as `prompts`. */
export function mayBring(
  globals: Pick<Globals, 'plans'>,
  account: Account,
  section: string,
  livePlan?: PlanName,
): boolean {
  return policiesOf(globals, account, livePlan).every((policy) => permits(policy, section))
}

function allowed(policies: readonly Policy[], model: Value | undefined): boolean {
  return typeof model !== 'string' || policies.every((policy) => permitsModel(policy, model))
}

/** Returns the overrides that every policy permits, and whether any was dropped. */
function permitted(
  overrides: Dict<Dict<Value>>,
  policies: readonly Policy[],
): { overrides: Dict<Dict<Value>>; dropped: boolean } {
  const permits = (section: string, field: string, value: Value): boolean =>
    policies.every((policy) => stoppedBy(policy, section, field, value) === undefined)
  const sections = Object.entries(overrides)
  // Nearly always all of it counts, and nothing has to be copied.
  const isEvery = sections.every(([section, fields]) => {
    return Object.entries(fields).every(([field, value]) => permits(section, field, value))
  })
  if (isEvery) return { overrides, dropped: false }
  const kept = sections.map(([section, fields]): [string, Dict<Value>] => [
    section,
    Object.fromEntries(Object.entries(fields).filter(([field, value]) => permits(section, field, value))),
  ])
  return { overrides: Object.fromEntries(kept), dropped: true }
}

/** Returns the rule by which a plan refuses one override value on its own; undefined where the plan permits it. */
export function stoppedBy(policy: Policy, section: string, field: string, value: Value): StoppingRule | undefined {
  if (policy.plan === 'free') return 'plan/free-no-overrides'
  if (!permits(policy, section, field)) return 'plan/not-allowed'
  if (field === 'model' && typeof value === 'string' && !permitsModel(policy, value)) return 'plan/model-not-allowed'
  const limit = limitOf(policy, field)
  if (limit !== undefined && typeof value === 'number' && value > limit) return 'plan/limit-exceeded'
  return undefined
}

export type StoppingRule =
  | 'plan/free-no-overrides'
  | 'plan/not-allowed'
  | 'plan/model-not-allowed'
  | 'plan/limit-exceeded'

function withoutProvider(overrides: Dict<Dict<Value>>, kind: string): Dict<Dict<Value>> {
  const { provider: _, ...rest } = own(overrides, kind) ?? {}
  return { ...overrides, [kind]: rest }
}
