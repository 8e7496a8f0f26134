import { type Dict, type Value, own } from './plain-data.ts'

/**
 * The vocabulary of a configuration: which kinds of AI calls there are, which providers serve them, and which
 * parameters each takes. It is what `providers.yaml` declares, or the built-in one; nothing else in the program names
 * a kind, a provider or a parameter.
 */
export interface Vocabulary {
  readonly kinds: Dict<KindDeclaration>
  readonly providers: Dict<ProviderDeclaration>
}

export interface KindDeclaration {
  /** Beside `provider` in the kind's own section of settings.yaml and of accounts. */
  readonly section: Parameters
  /** What a function alone sets. */
  readonly function: Parameters
}

export interface ProviderDeclaration {
  readonly kind: string
  readonly title?: string
  /** Beside `model` in the provider's block. */
  readonly parameters: Parameters
}

/** In the order in which answers list them. */
export type Parameters = readonly (readonly [name: string, parameter: Parameter])[]

export interface Parameter extends Bounds {
  readonly type: 'string' | 'number' | 'integer' | 'boolean'
  /** The only form of text that is taken: `dimensions` is width x height, such as 1024x1024. */
  readonly format?: 'dimensions'
  /** Whether settings.yaml has to give it. */
  readonly required?: boolean
  /** Whether each model lists what it takes; one that lists nothing does not take the parameter at all. */
  readonly listed?: boolean
  readonly description?: string
  /** What is counted; `tokens` and `images` are what estimated costs follow. */
  readonly unit?: string
}

/** The form of a text that is declared with `format: dimensions`. */
export const DIMENSIONS = /^[1-9][0-9]*x[1-9][0-9]*$/

/** What a parameter may be. A model narrows what its provider declares. */
export interface Bounds {
  readonly minimum?: number
  readonly maximum?: number
  readonly enum?: readonly Value[]
}

/** `providers.yaml` as it is written: the same, with mappings in place of lists. */
export interface ProvidersFile {
  readonly kinds: Dict<{ readonly section?: Dict<Parameter>; readonly function?: Dict<Parameter> }>
  readonly providers: Dict<{
    readonly kind: string
    readonly title?: string
    readonly parameters?: Dict<Parameter>
  }>
}

export function linkVocabulary({ kinds, providers }: ProvidersFile): Vocabulary {
  return {
    kinds: mapped(kinds, ({ section = {}, function: byFunction = {} }) => ({
      section: Object.entries(section),
      function: Object.entries(byFunction),
    })),
    providers: mapped(providers, ({ kind, title, parameters = {} }) => ({
      kind,
      ...(title !== undefined && { title }),
      parameters: Object.entries(parameters),
    })),
  }
}

function mapped<T, U>(record: Dict<T>, f: (value: T) => U): Dict<U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]))
}

/** Whether two vocabularies mean the same, whatever they call it in prose. */
export function isSame(a: Vocabulary, b: Vocabulary): boolean {
  return a === b || meaningOf(a) === meaningOf(b)
}

/** Returns a text that two vocabularies share when and only when they mean the same. */
export function meaningOf({ kinds, providers }: Vocabulary): string {
  const sorted = (parameters: Parameters): unknown =>
    parameters.map(([name, { description: _, ...one }]) => [name, Object.entries(one).sort()])
  const all = [
    ...Object.entries(kinds).map(([name, kind]) => [name, sorted(kind.section), sorted(kind.function)]),
    ...Object.entries(providers).map(([name, { kind, parameters }]) => [name, kind, sorted(parameters)]),
  ]
  return all
    .map((one) => JSON.stringify(one))
    .sort()
    .join('\n')
}

export function kindOf({ providers }: Vocabulary, provider: string): string | undefined {
  return own(providers, provider)?.kind
}

export function isProvider({ providers }: Vocabulary, name: string): boolean {
  return Object.hasOwn(providers, name)
}

export function isKind({ kinds }: Vocabulary, name: string): boolean {
  return Object.hasOwn(kinds, name)
}

/** Returns the providers of one kind. */
export function providersOf({ providers }: Vocabulary, kind: string): string[] {
  return Object.keys(providers).filter((name) => own(providers, name)?.kind === kind)
}

/** Returns the kind that a section of the files belongs to: its own, or its provider's; undefined for another name. */
export function kindOfSection(vocabulary: Vocabulary, section: string): string | undefined {
  return isKind(vocabulary, section) ? section : kindOf(vocabulary, section)
}

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

/** Whether two types have values in common: a whole number is a number. */
export function areAlike(a: Parameter['type'], b: Parameter['type']): boolean {
  return a === b || (isNumeric(a) && isNumeric(b))
}

export function isNumeric(type: Parameter['type']): type is 'number' | 'integer' {
  return type === 'number' || type === 'integer'
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

/** Returns what one parameter of a provider may be, wherever it is written; undefined for a field that is none. */
export function parameterOf(vocabulary: Vocabulary, provider: string, field: string): Parameter | undefined {
  const kind = kindOf(vocabulary, provider) ?? ''
  return (
    blockFields(vocabulary, provider).get(field) ??
    sectionFields(vocabulary, kind).get(field) ??
    functionFields(vocabulary, kind).get(field)
  )
}

/** Puts bounds into words: `0 to 2`, `at least 1`, `at most 4096`. */
export function rangeOf(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum === undefined) return `at most ${maximum}`
  return maximum === undefined ? `at least ${minimum}` : `${minimum} to ${maximum}`
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
  const both = <T>(one: T | undefined, other: T | undefined, join: (one: T, other: T) => T): T | undefined =>
    one === undefined || other === undefined ? undefined : join(one, other)
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
