import type { Layer } from './model-fit.ts'
import { type Value, own } from './plain-data.ts'
import type { Account, FunctionSpec, Globals, PlanName } from './settings-types.ts'
import { blockFields, functionFields, sectionFields } from './vocabulary-fields.ts'
import { type Policy, permitsModel } from './plan-policy.ts'
import { type ModelAnswer, type StoppingRule, policiesOf, resolveFunction, stoppedBy } from './resolve-answers.ts'

/** The places where values were written: a store's provenance, or the files of a working tree. */
export interface Origins {
  /** The account's own file; undefined where it has none. */
  readonly accountFile: string | undefined
  /**
   * Returns line and column, from 1, of the value at a path such as `overrides.openai.model`; undefined where the file
   * does not write it. A null has a position too, though the sparse account no longer has it.
   */
  readonly position: (file: string, path: string) => Position | undefined
}

type Position = readonly [line: number, column: number]

/** One place where a field is written, and what became of it. */
export interface WrittenLayer {
  readonly layer: Layer
  /** Null only in an account's file, where it means that the account inherits. */
  readonly value: Value | null
  /** Relative to the configuration's folder. */
  readonly file: string
  readonly line: number
  readonly column: number
  readonly wins?: true
  /** The plan rule that refuses the value, and where it is written in `plans.yaml`. */
  readonly stoppedBy?: { readonly rule: StoppingRule | 'ref/unknown'; readonly file: string; readonly line: number }
}

export interface LayeredField {
  /** Null where something is written for the field and the answer is still without it. */
  readonly value: Value | null
  /** Lowest to highest. A value that lost without a rule was outranked, or did not fit the model. */
  readonly layers: readonly WrittenLayer[]
}

const SETTINGS = 'settings.yaml'
const FUNCTIONS = 'functions.yaml'
const PLANS_FILE = 'plans.yaml'

/**
 * Explains every layer of every field of one function, `provider` first. The answer itself is that of
 * `resolveFunction`: which layer wins is read from it and not determined a second time. A field that is written
 * somewhere is included although the answer lacks it (a plan stopped the only value, or the model has no such field):
 * that is when people ask why.
 *
 * @returns undefined where there is no such function.
 */
export function explainFunction(
  globals: Globals,
  account: Account | undefined,
  name: string,
  livePlan: PlanName | undefined,
  origins: Origins,
): Map<string, LayeredField> | undefined {
  const spec = own(globals.functions, name)
  if (spec === undefined) return undefined
  const answer = resolveFunction(globals, account, spec, livePlan)
  const policies = account === undefined ? [] : policiesOf(globals, account, livePlan)
  const explainer = { globals, account, name, spec, answer, policies, origins }
  const fields = new Map([['provider', explainProvider(explainer)]])
  for (const field of fieldsOf(explainer)) {
    const layered = answer.fields.get(field)
    const layers = fieldLayers(explainer, field, layered?.layer)
    if (layers.length > 0) fields.set(field, { value: layered?.value ?? null, layers })
  }
  return fields
}

/** Returns the fields that an answer of this kind from the resolved provider may have. */
function fieldsOf({ globals: { vocabulary }, spec, answer }: Explainer): readonly string[] {
  return [
    ...blockFields(vocabulary, answer.provider).keys(),
    ...sectionFields(vocabulary, spec.kind).keys(),
    ...functionFields(vocabulary, spec.kind).keys(),
  ]
}

interface Explainer {
  readonly globals: Globals
  readonly account: Account | undefined
  readonly name: string
  readonly spec: FunctionSpec
  readonly answer: ModelAnswer
  readonly policies: readonly Policy[]
  readonly origins: Origins
}

function explainProvider(explainer: Explainer): LayeredField {
  const { globals, account, spec, answer, policies, origins } = explainer
  const wins = answer.providerLayer
  const layers = [
    place(
      origins,
      'provider',
      own(globals.sections, spec.kind)?.provider ?? '',
      SETTINGS,
      `${spec.kind}.provider`,
      wins,
    ),
  ]
  const choice = own(own(account?.overrides, spec.kind), 'provider')
  const layer = accountLayer(explainer, spec.kind, 'provider', wins)
  if (layer !== undefined && layer.stoppedBy === undefined && wins !== 'account') {
    const model = typeof choice === 'string' ? modelUnder(explainer, choice) : undefined
    const policy = policies.find((each) => typeof model === 'string' && !permitsModel(each, model))
    layers.push(policy === undefined ? layer : { ...layer, stoppedBy: stop(origins, policy, 'plan/model-not-allowed') })
  } else if (layer !== undefined) layers.push(layer)
  return { value: answer.provider, layers }
}

/** Returns the model that a choice of provider brings with it, where the account's own does not count. */
function modelUnder({ globals, account, spec, policies }: Explainer, provider: string): Value | undefined {
  const written = own(own(account?.overrides, provider), 'model')
  const stopped = policies.some((p) => written !== undefined && stoppedBy(p, provider, 'model', written) !== undefined)
  if (written !== undefined && !stopped) return written
  return own(spec.models, provider) ?? own(own(globals.providers, provider)?.fields, 'model')
}

function fieldLayers(explainer: Explainer, field: string, wins: Layer | undefined): WrittenLayer[] {
  const { globals, name, spec, answer, origins } = explainer
  const layers: WrittenLayer[] = []
  const section = sectionOf(explainer, field)
  const isFunctions = functionFields(globals.vocabulary, spec.kind).has(field)
  const defaults = section === spec.kind ? own(globals.sections, section) : own(globals.providers, section)
  const byProvider = isFunctions ? undefined : own(defaults?.fields, field)
  if (byProvider !== undefined) {
    const path = section === spec.kind ? `${section}.${field}` : `providers.${section}.${field}`
    layers.push(place(origins, 'provider', byProvider, SETTINGS, path, wins))
  }
  const byFunction = field === 'model' ? own(spec.models, answer.provider) : own(spec.defaults, field)
  if (byFunction !== undefined) {
    const path = field === 'model' ? `models.${answer.provider}` : field
    layers.push(place(origins, 'function', byFunction, FUNCTIONS, `functions.${name}.defaults.${path}`, wins))
  }
  const layer = isFunctions ? undefined : accountLayer(explainer, section, field, wins)
  return layer === undefined ? layers : [...layers, layer]
}

/** Returns the section of the files that holds a field: the kind's own, or the resolved provider's. */
function sectionOf({ globals, spec, answer }: Explainer, field: string): string {
  return sectionFields(globals.vocabulary, spec.kind).has(field) ? spec.kind : answer.provider
}

function accountLayer(
  { account, policies, origins }: Explainer,
  section: string,
  field: string,
  wins: Layer | undefined,
): WrittenLayer | undefined {
  const file = origins.accountFile
  if (file === undefined) return undefined
  const path = `overrides.${section}.${field}`
  const value = own(own(account?.overrides, section), field)
  if (value === undefined) {
    return origins.position(file, path) && place(origins, 'account', null, file, path, undefined)
  }
  const layer = place(origins, 'account', value, file, path, wins)
  for (const policy of policies) {
    const rule = stoppedBy(policy, section, field, value)
    if (rule !== undefined) return { ...layer, stoppedBy: stop(origins, policy, rule, field) }
  }
  return layer
}

function place(
  origins: Origins,
  layer: Layer,
  value: Value | null,
  file: string,
  path: string,
  wins: Layer | undefined,
): WrittenLayer {
  const [line, column] = origins.position(file, path) ?? START
  return { layer, value, file, line, column, ...(layer === wins && { wins: true }) }
}

const START: Position = [1, 1]

function stop(
  origins: Origins,
  { plan, rule: { models } }: Policy,
  rule: StoppingRule,
  field = '',
): WrittenLayer['stoppedBy'] & {} {
  const part = {
    'plan/free-no-overrides': 'may_override',
    'plan/not-allowed': 'may_override',
    'plan/model-not-allowed': models?.allow === undefined ? 'models.deny' : 'models.allow',
    'plan/limit-exceeded': `limits.${field}`,
  }[rule]
  const [line] = origins.position(PLANS_FILE, `plans.${plan}.${part}`) ?? START
  return { rule, file: PLANS_FILE, line }
}
