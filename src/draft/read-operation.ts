import type { Writable, WritableMap } from '../edit/text/entry-form.ts'
import { pathOf } from '../source/file-layout.ts'
import { Malformed, isObject, list, object, oneOf, scalar, string } from '../store/format/decode-json.ts'
import type { Json, Operation } from './operation.ts'

const KINDS = ['set', 'unset', 'add', 'take', 'text', 'create', 'delete'] as const

/** Reads an operation from JSON. @throws {Malformed} where it is none. */
export function readOperation(value: unknown, what: string): Operation {
  const members = object(value, what)
  const op = oneOf(KINDS)(members['op'], `${what}.op`)
  const file = key(members['file'], `${what}.file`)
  if (op === 'create') return { op, file, value: string(members['value'], `${what}.value`) }
  if (op === 'delete') return { op, file, saw: string(members['saw'], `${what}.saw`) }
  const path = list(members['path'], `${what}.path`, string)
  if (path.includes('__proto__')) throw new Malformed(`${what}.path has a key that no file can have`)
  if (op === 'text') {
    return {
      op,
      file,
      path,
      value: string(members['value'], `${what}.value`),
      saw: string(members['saw'], `${what}.saw`),
    }
  }
  if (path.length === 0) throw new Malformed(`${what}.path is empty`)
  if (op === 'add' || op === 'take') return { op, file, path, item: string(members['item'], `${what}.item`) }
  const saw = json(members['saw'], `${what}.saw`)
  return op === 'unset'
    ? { op, file, path, saw }
    : { op, file, path, value: writable(members['value'], `${what}.value`), saw }
}

function key(value: unknown, what: string): string {
  const text = string(value, what)
  if (pathOf(text) === undefined) throw new Malformed(`${what} is no file of a configuration`)
  return text
}

function writable(value: unknown, what: string): Writable {
  if (Array.isArray(value)) return list(value, what, scalar)
  if (!isObject(value)) return scalar(value, what)
  const map: Record<string, Writable> = {}
  for (const [name, inner] of Object.entries(value)) {
    if (name === '__proto__') throw new Malformed(`${what} has a key that no file can have`)
    map[name] = writable(inner, `${what}.${name}`)
  }
  return map satisfies WritableMap
}

/** What was parsed from JSON is JSON; another value, which only a caller of ours can pass, is not. */
export function json(value: unknown, what: string): Json {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return list(value, what, json)
  if (!isObject(value)) return scalar(value, what)
  const map: Record<string, Json> = {}
  for (const [name, inner] of Object.entries(value)) map[name] = json(inner, `${what}.${name}`)
  return map
}
