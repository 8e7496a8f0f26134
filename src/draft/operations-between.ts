import { isObject } from '../store/format/decode-json.ts'
import type { SourceFile } from '../source/source-nodes.ts'
import type { Json, Operation } from './operation.ts'
import { readOperation } from './read-operation.ts'
import { isContainer } from './records.ts'
import { valueAt } from './replay-operations.ts'
import { isSameValue } from '../edit/text/confirm-edit.ts'

/**
 * Returns the operations that lead from a file to what an edit makes of it, field by field, so that what others change
 * beside them is kept. `seen` returns what there was before any draft.
 */
export function operationsBetween(
  file: string,
  before: SourceFile,
  after: SourceFile,
  seen: (path: readonly string[]) => Json,
): Operation[] {
  return between(file, [], valueAt(before, []), valueAt(after, []), seen)
}

function between(
  file: string,
  path: readonly string[],
  before: Json,
  after: Json,
  seen: (path: readonly string[]) => Json,
): Operation[] {
  if (isSameValue(before, after)) return []
  const goesDeeper = isContainer(file, path) || (isObject(before) && isObject(after))
  if (goesDeeper && isMapOrNothing(before) && isMapOrNothing(after)) {
    const [then, now] = [new Map(Object.entries(before ?? {})), new Map(Object.entries(after ?? {}))]
    return [...new Set([...then.keys(), ...now.keys()])].flatMap((key) => {
      return between(file, [...path, key], then.get(key) ?? null, now.get(key) ?? null, seen)
    })
  }
  const saw = seen(path)
  const at = { file, path }
  if (after === null) return [{ op: 'unset', ...at, saw }]
  if (typeof after === 'string' && typeof saw === 'string' && after.includes('\n')) {
    return [{ op: 'text', ...at, value: after, saw }]
  }
  return [readOperation({ op: 'set', ...at, value: after, saw }, file)]
}

function isMapOrNothing(value: Json): value is { readonly [key: string]: Json } | null {
  return value === null || isObject(value)
}
