import type { Path } from '../source-nodes.ts'

/** A file's departure from its schema, as a fact; the rules under `lint/rules/schema` put it into words. */
export type Violation = { readonly path: Path } & (
  | { readonly kind: 'unknown-key'; readonly key: string; readonly known: readonly string[] }
  /** `path` is the parent's. */
  | { readonly kind: 'missing-key'; readonly key: string }
  | { readonly kind: 'wrong-type'; readonly expected: string; readonly found: string }
  | {
      readonly kind: 'not-allowed'
      readonly allowed: readonly string[]
      readonly why: string
      /** `key`: not beside another key; `name`: a key that is free to choose and has the wrong form. */
      readonly part: 'key' | 'name' | 'value'
    }
  | { readonly kind: 'out-of-range'; readonly why: string }
)

export function unknownKey(path: Path, key: string, known: readonly string[]): Violation {
  return { kind: 'unknown-key', path: [...path, key], key, known }
}

export function notAllowed(path: Path, why: string, allowed: readonly string[] = []): Violation {
  return { kind: 'not-allowed', path, allowed, why, part: 'value' }
}

export function outOfRange(path: Path, side: 'minimum' | 'maximum', limit: number): Violation {
  return { kind: 'out-of-range', path, why: `${side === 'minimum' ? 'at least' : 'at most'} ${limit}` }
}

export function wrongType(path: Path, expected: string, value: unknown): Violation {
  return { kind: 'wrong-type', path, expected, found: typeOf(value) }
}

/** Words for the types of JSON Schema. */
export const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
}

function typeOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value === 'number') return Number.isInteger(value) ? 'a whole number' : 'a number with a fraction'
  return typeof value === 'string' ? 'a string' : 'true or false'
}
