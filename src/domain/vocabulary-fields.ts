import { type Parameter, type Parameters, type Vocabulary, areAlike, kindOf } from './vocabulary.ts'

/** The fields of one section of an account, with what each may be; `model` and `provider` are names. */
export type Fields = ReadonlyMap<string, Parameter>

/** Returns the fields of a provider's block, `model` first; none for a name that is no provider. */
export function blockFields(vocabulary: Vocabulary, provider: string): Fields {
  return derivedOf(vocabulary).blocks.get(provider) ?? NO_FIELDS
}

/** Returns the fields of a kind's own section, without `provider`. */
export function sectionFields(vocabulary: Vocabulary, kind: string): Fields {
  return derivedOf(vocabulary).sections.get(kind) ?? NO_FIELDS
}

/** Returns the fields that only a function sets. */
export function functionFields(vocabulary: Vocabulary, kind: string): Fields {
  return derivedOf(vocabulary).functions.get(kind) ?? NO_FIELDS
}

/** Returns everything that a function of a kind may set a default for, but its models: as wide as any provider takes. */
export function defaultFields(vocabulary: Vocabulary, kind: string): Fields {
  return derivedOf(vocabulary).defaults.get(kind) ?? NO_FIELDS
}

/** Returns every section that an account may override, with its fields, in the order of the declarations. */
export function overridable(vocabulary: Vocabulary): ReadonlyMap<string, Fields> {
  return derivedOf(vocabulary).overridable
}

/** Returns the names of all parameters. */
export function parameterNames(vocabulary: Vocabulary): Iterable<string> {
  return derivedOf(vocabulary).declarations.keys()
}

/**
 * Returns a parameter as wide as any declaration of it with values of a type: one name may have several types, in
 * several kinds. Undefined where there is none.
 */
export function widestOf(vocabulary: Vocabulary, name: string, type: Parameter['type']): Parameter | undefined {
  const declared = derivedOf(vocabulary).declarations.get(name) ?? []
  return widest(declared.filter((one) => areAlike(one.type, type)).map((one) => [name, one])).get(name)
}

/** Returns the parameters that are numbers somewhere, each as wide as any declaration of it. */
export function numericParameters(vocabulary: Vocabulary): Fields {
  const names = [...parameterNames(vocabulary)]
  return new Map(
    names.flatMap((name) => {
      const parameter = widestOf(vocabulary, name, 'number')
      return parameter === undefined ? [] : [[name, parameter]]
    }),
  )
}

/** Returns the fields that settings.yaml has to give. */
export function requiredOf(fields: Fields): string[] {
  return [...fields].flatMap(([name, { required }]) => (required === true ? [name] : []))
}

/** Returns what one parameter of a provider may be, wherever it is written; undefined for a field that is none. */
export function parameterOf(vocabulary: Vocabulary, provider: string, field: string): Parameter | undefined {
  const kind = kindOf(vocabulary, provider) ?? ''
  return (
    blockFields(vocabulary, provider).get(field) ??
    sectionFields(vocabulary, kind).get(field) ??
    functionFields(vocabulary, kind).get(field)
  )
}

/** A field that an answer may have. */
export interface AnswerField {
  readonly name: string
  /** What it may be; undefined for the model, which is a name. */
  readonly parameter: Parameter | undefined
  /** Where it is written: in the provider's block, in the kind's section, or by the function alone. */
  readonly from: 'block' | 'section' | 'function'
}

/** Returns the fields of an answer of this kind from a provider, in the order in which it has them. */
export function answerFields(vocabulary: Vocabulary, provider: string, kind: string): readonly AnswerField[] {
  const { answers } = derivedOf(vocabulary)
  let byKind = answers.get(provider)
  if (byKind === undefined) answers.set(provider, (byKind = new Map<string, readonly AnswerField[]>()))
  let fields = byKind.get(kind)
  if (fields === undefined) {
    const of = (all: Fields, from: AnswerField['from']): AnswerField[] =>
      [...all.keys()].map((name) => {
        return { name, from, parameter: name === 'model' ? undefined : parameterOf(vocabulary, provider, name) }
      })
    fields = [
      ...of(blockFields(vocabulary, provider), 'block'),
      ...of(sectionFields(vocabulary, kind), 'section'),
      ...of(functionFields(vocabulary, kind), 'function'),
    ]
    byKind.set(kind, fields)
  }
  return fields
}

const NAME: Parameter = { type: 'string' }
const NO_FIELDS: Fields = new Map()

/** What look-ups need, made once for each vocabulary. */
interface Derived {
  readonly blocks: ReadonlyMap<string, Fields>
  readonly sections: ReadonlyMap<string, Fields>
  readonly functions: ReadonlyMap<string, Fields>
  readonly defaults: ReadonlyMap<string, Fields>
  readonly overridable: ReadonlyMap<string, Fields>
  readonly declarations: ReadonlyMap<string, readonly Parameter[]>
  /** By provider and kind, as they are asked for. */
  readonly answers: Map<string, Map<string, readonly AnswerField[]>>
}

const DERIVED = new WeakMap<Vocabulary, Derived>()

function derivedOf(vocabulary: Vocabulary): Derived {
  const known = DERIVED.get(vocabulary)
  if (known !== undefined) return known
  const kinds = Object.entries(vocabulary.kinds)
  const providers = Object.entries(vocabulary.providers)
  const blocks = new Map(providers.map(([name, { parameters }]) => [name, new Map([['model', NAME], ...parameters])]))
  const sections = new Map(kinds.map(([kind, { section }]) => [kind, new Map(section)]))
  const defaults = kinds.map(([kind, declared]): [string, Fields] => {
    const own = providers.flatMap(([, provider]) => (provider.kind === kind ? provider.parameters : []))
    return [kind, widest([...own, ...declared.section, ...declared.function])]
  })
  const derived: Derived = {
    blocks,
    sections,
    functions: new Map(kinds.map(([kind, declared]) => [kind, new Map(declared.function)])),
    defaults: new Map(defaults),
    overridable: new Map([
      ...[...sections].map(([kind, fields]): [string, Fields] => [kind, new Map([['provider', NAME], ...fields])]),
      ...blocks,
    ]),
    declarations: grouped(defaults.flatMap(([, fields]) => [...fields])),
    answers: new Map(),
  }
  DERIVED.set(vocabulary, derived)
  return derived
}

function grouped(parameters: Parameters): ReadonlyMap<string, readonly Parameter[]> {
  const groups = new Map<string, Parameter[]>()
  for (const [name, parameter] of parameters) groups.set(name, [...(groups.get(name) ?? []), parameter])
  return groups
}

/** Merges declarations of the same name into one that takes whatever any of them takes. */
function widest(parameters: Parameters): Fields {
  const merged = new Map<string, Parameter>()
  for (const [name, parameter] of parameters) {
    const other = merged.get(name)
    merged.set(name, other === undefined ? parameter : eitherOf(other, parameter))
  }
  return merged
}

function eitherOf(a: Parameter, b: Parameter): Parameter {
  const { type, description, unit } = a
  const format = a.format === b.format ? a.format : undefined
  const minimum = both(a.minimum, b.minimum, Math.min)
  const maximum = both(a.maximum, b.maximum, Math.max)
  const values = both(a.enum, b.enum, (one, other) => [...new Set([...one, ...other])])
  return {
    type: type === b.type ? type : 'number',
    ...(format !== undefined && { format }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(values !== undefined && { enum: values }),
    ...((a.listed === true || b.listed === true) && { listed: true }),
    ...(description !== undefined && { description }),
    ...(unit !== undefined && { unit }),
  }
}

/** Joins two bounds; where one side has none, nor has the whole. */
function both<T>(one: T | undefined, other: T | undefined, join: (one: T, other: T) => T): T | undefined {
  return one === undefined || other === undefined ? undefined : join(one, other)
}
