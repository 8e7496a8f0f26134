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
  const all = [
    ...Object.entries(kinds).map(([name, kind]) => [name, sorted(kind.section), sorted(kind.function)]),
    ...Object.entries(providers).map(([name, { kind, parameters }]) => [name, kind, sorted(parameters)]),
  ]
  return all
    .map((one) => JSON.stringify(one))
    .sort()
    .join('\n')
}

function sorted(parameters: Parameters): unknown {
  return parameters.map(([name, { description: _, ...one }]) => {
    const said = Object.entries(one).filter(([, value]) => value !== false)
    return [name, said.sort(([a], [b]) => (a < b ? -1 : 1))]
  })
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

/** Whether two types have values in common: a whole number is a number. */
export function areAlike(a: Parameter['type'], b: Parameter['type']): boolean {
  return a === b || (isNumeric(a) && isNumeric(b))
}

export function isNumeric(type: Parameter['type']): type is 'number' | 'integer' {
  return type === 'number' || type === 'integer'
}

/** Puts bounds into words: `0 to 2`, `at least 1`, `at most 4096`. */
export function rangeOf(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum === undefined) return `at most ${maximum}`
  return maximum === undefined ? `at least ${minimum}` : `${minimum} to ${maximum}`
}
