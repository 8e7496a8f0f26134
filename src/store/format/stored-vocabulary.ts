import type {
  Bounds,
  KindDeclaration,
  Parameter,
  Parameters,
  ProviderDeclaration,
  Vocabulary,
} from '../../domain/vocabulary.ts'
import { Malformed, boolean, dict, list, number, object, oneOf, scalar, string } from './decode-json.ts'

/**
 * Reads the vocabulary of a release, by which a reader in any language resolves without a list of its own. Parameters
 * are lists of `[name, declaration]`, since their order is that of an answer's fields and the keys of objects are
 * sorted. @throws {Malformed}
 */
export function readVocabulary(value: unknown): Vocabulary {
  const { kinds, providers } = object(value, 'vocabulary')
  const vocabulary = {
    kinds: dict(kinds, 'vocabulary.kinds', readKind),
    providers: dict(providers, 'vocabulary.providers', readDeclaration),
  }
  for (const [name, { kind }] of Object.entries(vocabulary.providers)) {
    if (!Object.hasOwn(vocabulary.kinds, kind)) throw new Malformed(`${name} is of a kind that nothing declares`)
  }
  return vocabulary
}

function readKind(value: unknown, what: string): KindDeclaration {
  const kind = object(value, what)
  return { section: readParameters(kind['section'], what), function: readParameters(kind['function'], what) }
}

function readDeclaration(value: unknown, what: string): ProviderDeclaration {
  const { kind, title, parameters } = object(value, what)
  return {
    kind: string(kind, what),
    ...(title !== undefined && { title: string(title, what) }),
    parameters: readParameters(parameters, what),
  }
}

function readParameters(value: unknown, what: string): Parameters {
  return list(value, what, (entry, at) => {
    const pair: readonly unknown[] = list(entry, at, (item: unknown) => item)
    if (pair.length !== 2) throw new Malformed(`${at} is no pair`)
    return [string(pair[0], at), readParameter(pair[1], at)] as const
  })
}

function readParameter(value: unknown, what: string): Parameter {
  const { type, format, required, listed, description, unit, ...bounds } = object(value, what)
  return {
    type: oneOf(['string', 'number', 'integer', 'boolean'])(type, what),
    ...(format !== undefined && { format: oneOf(['dimensions'])(format, what) }),
    ...readBounds(bounds, what),
    ...(required !== undefined && { required: boolean(required, what) }),
    ...(listed !== undefined && { listed: boolean(listed, what) }),
    ...(description !== undefined && { description: string(description, what) }),
    ...(unit !== undefined && { unit: string(unit, what) }),
  }
}

/** Reads what a model takes of a parameter: false, or narrower bounds. @throws {Malformed} */
export function readNarrowing(value: unknown, what: string): Bounds | false {
  return value === false ? value : readBounds(value, what)
}

function readBounds(value: unknown, what: string): Bounds {
  const { minimum, maximum, enum: values } = object(value, what)
  return {
    ...(minimum !== undefined && { minimum: number(minimum, what) }),
    ...(maximum !== undefined && { maximum: number(maximum, what) }),
    ...(values !== undefined && { enum: list(values, what, scalar) }),
  }
}
