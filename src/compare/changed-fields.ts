import { canonical } from '../store/format/canonical-json.ts'
import { isObject } from '../store/format/decode-json.ts'
import { type Dict, own } from '../domain/plain-data.ts'
import type { Change } from './diff-types.ts'

/**
 * Returns the fields in which two accounts of the flat form differ, sorted. For an account that is on one side alone,
 * every field, with null on the other side.
 */
export function changesOf(before: Dict<unknown> | undefined, after: Dict<unknown> | undefined): Change[] {
  const found: Change[] = []
  for (const [section, depth] of SECTIONS) compare(before?.[section], after?.[section], section, depth, found)
  return found.sort((a, b) => (a.field < b.field ? -1 : 1))
}

/** The number of names below each part of the flat form before a field is reached. A key is one field, not two. */
const SECTIONS = [
  ['plan', 0],
  ['functions', 2],
  ['prompts', 2],
  ['author_profiles', 1],
  ['strategies', 1],
] as const

function compare(before: unknown, after: unknown, field: string, depth: number, found: Change[]): void {
  if (before === after) return
  if (depth === 0) {
    if (!same(before, after)) found.push({ field, old: before ?? null, new: after ?? null })
    return
  }
  const [a, b] = [isObject(before) ? before : {}, isObject(after) ? after : {}]
  for (const name of Object.keys({ ...a, ...b })) {
    compare(own(a, name), own(b, name), `${field}.${name}`, depth - 1, found)
  }
}

/** Whether plain data has equal bytes; an absent value is equal to no other. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return false
  return canonical(a ?? null) === canonical(b ?? null)
}
