import { isMap } from '../edit/text/entry-form.ts'
import { isSameValue, withValue } from '../edit/text/confirm-edit.ts'
import { addItem, takeItem } from '../edit/text/list-items.ts'
import { put } from '../edit/text/put-value.ts'
import { remove } from '../edit/text/remove-entry.ts'
import { type Json, type Operation, type OperationOf, nameOf, pathOfOperation } from './operation.ts'
import { readOperation } from './read-operation.ts'
import { newFile } from './replay-operations.ts'

/**
 * Adds an operation to those of a draft, so that no two of them are about the same place: one that is about a part of
 * what another makes becomes a part of it, one that comes to the same as nothing goes. The value that was seen first
 * stays: it is what the draft began from.
 */
export function composed(operations: readonly Operation[], added: Operation): readonly Operation[] {
  const around = operations.find((one) => one.file === added.file && isAround(one, added))
  if (around !== undefined) return operations.flatMap((one) => (one === around ? within(around, added) : [one]))
  const others = operations.filter((one) => !isBelow(one, added))
  const same = others.find((one) => nameOf(one) === nameOf(added))
  if (same === undefined) return isNothing(added) ? others : [...others, added]
  const merged = replacing(same, added)
  return others.flatMap((one) => (one === same ? merged : [one]))
}

/** Does the same for many: those of one file alone have to do with each other. */
export function composedAll(operations: readonly Operation[], added: readonly Operation[]): readonly Operation[] {
  const byFile = new Map<string, readonly Operation[]>()
  for (const operation of operations) byFile.set(operation.file, [...(byFile.get(operation.file) ?? []), operation])
  for (const operation of added) byFile.set(operation.file, composed(byFile.get(operation.file) ?? [], operation))
  return [...byFile.values()].flat()
}

/** Whether one operation makes what another changes a part of. */
function isAround(outer: Operation, inner: Operation): boolean {
  if (outer.op === 'create') return inner.op !== 'create'
  if (outer.op === 'text' && outer.path.length === 0) return pathOfOperation(inner).length > 0
  if (outer.op !== 'set' || !isMap(outer.value)) return false
  return isPrefix(outer.path, pathOfOperation(inner)) && pathOfOperation(inner).length > outer.path.length
}

/** Whether an operation is about a part of what another removes or replaces. */
function isBelow(inner: Operation, outer: Operation): boolean {
  if (inner.file !== outer.file || 'item' in outer || nameOf(inner) === nameOf(outer)) return false
  if (outer.op === 'delete' || outer.op === 'create') return true
  const [path, below] = [pathOfOperation(outer), pathOfOperation(inner)]
  return isPrefix(path, below) && (below.length > path.length || ('item' in inner && path.length > 0))
}

function isPrefix(path: readonly string[], of: readonly string[]): boolean {
  return path.every((part, i) => of[i] === part)
}

/** Returns what is left of an operation after another about a part of it. */
function within(outer: Operation, inner: Operation): readonly Operation[] {
  if (outer.op === 'create' && inner.op === 'delete') return []
  if (outer.op === 'create' || outer.op === 'text') {
    const text = textAfter(outer.file, outer.value, inner)
    return [{ ...outer, value: text }]
  }
  if (outer.op !== 'set' || !('path' in inner)) return [inner]
  const path = inner.path.slice(outer.path.length)
  const value = withValue(outer.value, path, valueOf(outer.value, path, inner))
  // What is written into a mapping can be written.
  const next = readOperation({ ...outer, value }, 'the draft')
  return isNothing(next) ? [] : [next]
}

function valueOf(map: unknown, path: readonly string[], inner: Operation): unknown {
  if (inner.op === 'set' || inner.op === 'text') return inner.value
  if (inner.op !== 'add' && inner.op !== 'take') return undefined
  const before = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    map,
  )
  const items: readonly unknown[] = Array.isArray(before) ? before : []
  const left = items.filter((item) => item !== inner.item)
  return inner.op === 'add' ? [...left, inner.item] : left
}

/** Applies an operation to a text that the draft itself makes, so that nobody else can have changed it. */
function textAfter(key: string, text: string, inner: Operation): string {
  const file = newFile(key, text)
  switch (inner.op) {
    case 'set':
      return put(file, inner.path, inner.value)
    case 'text':
      return inner.path.length === 0 ? inner.value : put(file, inner.path, inner.value)
    case 'unset':
      return remove(file, inner.path)
    case 'add':
      return addItem(file, inner.path, inner.item)
    case 'take':
      return takeItem(file, inner.path, inner.item)
    case 'create':
    case 'delete':
      return text
  }
}

/** Returns an operation in the place of an earlier one about the same place. */
function replacing(before: Operation, added: Operation): readonly Operation[] {
  if ('item' in before && 'item' in added) return before.op === added.op ? [before] : []
  if (before.op === 'delete' && added.op === 'create') return [asText(added, before.saw)]
  if (!('saw' in before) || !('saw' in added)) return [added]
  const next = readOperation({ ...withoutMerge(added, before.saw), saw: before.saw }, 'the draft')
  if (!isNothing(next)) return [next]
  // Somebody wants back what the draft began from, where the file has something else by now: that is a change.
  return isNothing(added) ? [] : [added]
}

/** A text merges with nothing but a text. */
function withoutMerge(operation: Operation, saw: Json): Operation {
  if (operation.op !== 'text' || operation.path.length === 0 || typeof saw === 'string') return operation
  const { file, path, value } = operation
  return { op: 'set', file, path, value, saw }
}

/** Whether an operation wants what was there already. */
function isNothing(operation: Operation): boolean {
  if (operation.op === 'unset') return operation.saw === null
  return (operation.op === 'set' || operation.op === 'text') && isSameValue(operation.saw, operation.value)
}

/** Returns an operation that has seen what is there now, so that it lands instead of being in conflict. */
export function having(operation: Operation, seen: Json): Operation {
  const text = typeof seen === 'string' ? seen : ''
  if (operation.op === 'create') return asText(operation, text)
  return readOperation({ ...withoutMerge(operation, seen), saw: seen }, 'the draft')
}

function asText({ file, value }: OperationOf<'create'>, saw: string): Operation {
  return { op: 'text', file, path: [], value, saw }
}
