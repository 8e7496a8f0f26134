import { canonical } from './canonical-json.ts'
import {
  Malformed,
  type Obj,
  boolean,
  dict,
  integer,
  noMore,
  number,
  object,
  oneOf,
  optional,
  parseJson,
  scalar,
  list,
  string,
} from './decode-json.ts'
import { FORMAT, checkFormat } from './format-version.ts'
import { records } from './account-leaf.ts'
import type {
  FunctionSpec,
  Globals,
  GlobalPrompt,
  KindDefaults,
  Model,
  Plan,
  ProviderDefaults,
  Variable,
} from '../../domain/settings-types.ts'
import { type Vocabulary, isProvider } from '../../domain/vocabulary.ts'
import { type Ref, isRef } from './object-ref.ts'
import { readNarrowing, readVocabulary } from './stored-vocabulary.ts'
import { type Region, readRegion, writeRegion } from './account-tree.ts'

/** The root object: a reference to the globals, and the first levels of the account tree. */
export interface ContentRoot {
  /** The toolchain's, of the check: another toolchain may not rely on its results for unchanged accounts. */
  readonly fingerprint: string
  readonly globals: Ref
  readonly count: number
  readonly accounts: Region
}

/** The globals object: all global files, with prompt texts by reference. */
export interface StoredGlobals extends Omit<Globals, 'prompts'> {
  readonly provenance: Ref
  /** The environment that tenfold.yaml releases to. */
  readonly environment: string
  readonly prompts: Readonly<Record<string, StoredGlobalPrompt>>
}

type StoredGlobalPrompt = Omit<GlobalPrompt, 'value'> & { readonly value: Ref }

const NEWLINE = 0x0a

/** Encodes a root as a line of JSON, followed by the region. */
export function writeRoot({ accounts, ...rest }: ContentRoot): Buffer {
  return Buffer.concat([Buffer.from(`${canonical({ format: FORMAT, ...rest })}\n`), writeRegion(accounts)])
}

/** @throws {Malformed} */
export function readRoot(bytes: Uint8Array): ContentRoot {
  const end = bytes.indexOf(NEWLINE)
  const root = object(parseJson(end < 0 ? bytes : bytes.subarray(0, end), 'the root'), 'the root')
  const { format, fingerprint, globals, count, ...more } = root
  checkFormat(format, 'the root')
  noMore(more, 'the root')
  return {
    fingerprint: string(fingerprint, 'fingerprint'),
    globals: ref(globals, 'globals'),
    count: integer(count, 'count'),
    accounts: readRegion(bytes, 0, end + 1),
  }
}

/** Encodes the globals: the section of each kind is a member of its own, as in settings.yaml. */
export function writeGlobals({ sections, ...rest }: StoredGlobals): string {
  const byKind = Object.entries(sections).map(([kind, { provider, fields }]) => [kind, { ...fields, provider }])
  return canonical({ ...Object.fromEntries(byKind), ...rest })
}

/** @throws {Malformed} */
export function readGlobals(bytes: Uint8Array): StoredGlobals {
  const all = object(parseJson(bytes, 'the globals'), 'the globals')
  const vocabulary = readVocabulary(all['vocabulary'])
  const plans = object(all['plans'], 'plans')
  const kind = oneOf(Object.keys(vocabulary.kinds))
  const globals: StoredGlobals = {
    provenance: ref(all['provenance'], 'provenance'),
    environment: string(all['environment'], 'environment'),
    vocabulary,
    sections: readSections(all, vocabulary),
    providers: dict(all['providers'], 'providers', readProvider),
    models: dict(all['models'], 'models', (value, what) => readModel(value, what, kind)),
    plans: {
      free: readPlan(plans['free'], 'plans.free'),
      starter: readPlan(plans['starter'], 'plans.starter'),
      growth: readPlan(plans['growth'], 'plans.growth'),
      scale: readPlan(plans['scale'], 'plans.scale'),
    },
    functions: dict(all['functions'], 'functions', (value, what) => readFunction(value, what, kind)),
    prompts: dict(all['prompts'], 'prompts', readPrompt),
    author_profiles: records(all['author_profiles'], 'author_profiles'),
    strategies: records(all['strategies'], 'strategies'),
  }
  for (const name of Object.keys(globals.providers)) {
    if (!isProvider(vocabulary, name)) throw new Malformed(`the provider ${name} is not in the vocabulary`)
  }
  return globals
}

function readSections(all: Obj, { kinds }: Vocabulary): Globals['sections'] {
  const sections: Record<string, KindDefaults> = {}
  for (const kind of Object.keys(kinds)) {
    if (all[kind] === undefined) continue
    const { provider, ...fields } = object(all[kind], kind)
    sections[kind] = { provider: string(provider, `${kind}.provider`), fields: dict(fields, kind, scalar) }
  }
  return sections
}

export function withGlobalTexts(stored: StoredGlobals, text: (ref: Ref) => string): Globals {
  const { provenance: _, environment: _environment, prompts, ...rest } = stored
  const full: Record<string, GlobalPrompt> = {}
  for (const [type, prompt] of Object.entries(prompts)) full[type] = { ...prompt, value: text(prompt.value) }
  return { ...rest, prompts: full }
}

function readProvider(value: unknown, what: string): ProviderDefaults {
  const provider = object(value, what)
  return { secret: string(provider['secret'], what), fields: dict(provider['fields'], what, scalar) }
}

type ReadKind = (value: unknown, what: string) => string

function readModel(value: unknown, what: string, kind: ReadKind): Model {
  const model = object(value, what)
  const result: { -readonly [K in keyof Model]: Model[K] } = {
    provider: string(model['provider'], what),
    kind: kind(model['kind'], what),
    parameters: dict(model['parameters'], what, readNarrowing),
  }
  if (model['context_tokens'] !== undefined) result.context_tokens = number(model['context_tokens'], what)
  for (const key of ['deprecated_on', 'removed_on', 'successor'] as const)
    if (model[key] !== undefined) result[key] = string(model[key], what)
  if (model['price'] !== undefined) result.price = dict(model['price'], what, numberOrString)
  return result
}

function numberOrString(value: unknown, what: string): number | string {
  return typeof value === 'string' ? value : number(value, what)
}

function readPlan(value: unknown, what: string): Plan {
  const plan = object(value, what)
  const models = optional(plan['models'], what, (v) => dict(v, what, (l, at) => list(l, at, string)))
  const limits = optional(plan['limits'], what, (v) => dict(v, what, number))
  return {
    may_override: list(plan['may_override'], what, string),
    ...(models !== undefined && { models }),
    ...(limits !== undefined && { limits }),
  }
}

function readFunction(value: unknown, what: string, kind: ReadKind): FunctionSpec {
  const spec = object(value, what)
  return {
    kind: kind(spec['kind'], what),
    prompts: list(spec['prompts'], what, string),
    defaults: dict(spec['defaults'], what, scalar),
    models: dict(spec['models'], what, string),
  }
}

function readPrompt(value: unknown, what: string): StoredGlobalPrompt {
  const prompt = object(value, what)
  return {
    value: ref(prompt['value'], what),
    placeholders: oneOf(['brackets', 'braces', 'mustache', 'none'])(prompt['placeholders'], what),
    variables: dict(prompt['variables'], what, variable),
  }
}

function variable(value: unknown, what: string): Variable {
  return value === 'literal' ? value : boolean(value, what)
}

function ref(value: unknown, what: string): Ref {
  if (!isRef(value)) throw new Malformed(`${what} is not a reference`)
  return value
}
