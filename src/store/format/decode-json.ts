import { quote } from '../../base/quote-name.ts'

/**
 * Thrown for data whose shape is not the expected one. Every function here either returns a typed value or throws
 * `Malformed`, so that no later code has to check again.
 */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}

/** Well-formed, but written by a program that uses another version of the format. */
export class OtherFormat extends Malformed {}

/** Written by a program that uses an earlier version of the format: as good as absent. */
export class EarlierFormat extends OtherFormat {}

export type Obj = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is Obj {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function object(value: unknown, what: string): Obj {
  if (!isObject(value)) throw new Malformed(`${what} is not an object`)
  return value
}

/** @throws {Malformed} when members are left that the format does not name. */
export function noMore(left: Obj, what: string): void {
  const [name] = Object.keys(left)
  if (name !== undefined) throw new Malformed(`${what} has a member that the format does not name: ${quote(name)}`)
}

export function string(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Malformed(`${what} is not a string`)
  return value
}

export function integer(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Malformed(`${what} is not an integer`)
  return value
}

export function number(value: unknown, what: string): number {
  if (typeof value !== 'number') throw new Malformed(`${what} is not a number`)
  return value
}

export function boolean(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw new Malformed(`${what} is not true or false`)
  return value
}

export function list<T>(value: unknown, what: string, item: (value: unknown, what: string) => T): T[] {
  if (!Array.isArray(value)) throw new Malformed(`${what} is not a list`)
  return value.map((entry: unknown, i) => item(entry, `${what}[${i}]`))
}

export function dict<T>(value: unknown, what: string, item: (v: unknown, what: string) => T): Record<string, T> {
  const result: Record<string, T> = {}
  for (const [key, entry] of Object.entries(object(value, what))) result[key] = item(entry, `${what}.${key}`)
  return result
}

export function optional<T>(value: unknown, what: string, read: (v: unknown, what: string) => T): T | undefined {
  return value === undefined ? undefined : read(value, what)
}

export function oneOf<const T extends string>(allowed: readonly T[]): (value: unknown, what: string) => T {
  return (value, what) => {
    const found = allowed.find((item) => item === value)
    if (found === undefined) throw new Malformed(`${what} is none of ${allowed.join(', ')}`)
    return found
  }
}

export function scalar(value: unknown, what: string): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  throw new Malformed(`${what} is not a scalar`)
}

/** @throws {Malformed} when the bytes are not UTF-8 or the text is not JSON. */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    return value
  } catch {
    throw new Malformed(`${what} is not JSON`)
  }
}
