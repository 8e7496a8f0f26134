import { Failure } from '../base/failure.ts'
import { lf, sameText } from '../domain/placeholders.ts'
import { type Edited, type FileToEdit, editFiles } from '../edit/edit-files.ts'
import { type MergeConflict, merge } from '../edit/three-way-merge.ts'
import { isSameValue, read } from '../edit/text/confirm-edit.ts'
import { addItem, itemsOf, takeItem } from '../edit/text/list-items.ts'
import { layoutOf } from '../edit/text/lines-and-indentation.ts'
import { put } from '../edit/text/put-value.ts'
import { remove } from '../edit/text/remove-entry.ts'
import { pathOf } from '../source/file-layout.ts'
import type { Configuration } from '../source/open-configuration.ts'
import { parse } from '../source/parse/parse-file.ts'
import { type SourceFile, nodeAt, plain } from '../source/source-nodes.ts'
import { type Json, type Operation, type OperationOf, nameOf, pathOfOperation } from './operation.ts'
import { json } from './read-operation.ts'
import { recordOf } from './records.ts'

/** What becomes of an operation on a text. */
export type OperationOutcome =
  | { readonly is: 'lands' }
  /** The text has it already. */
  | { readonly is: 'done' }
  | Conflict

export interface Conflict {
  readonly is: 'conflict'
  readonly why: ConflictReason
  /** What is there now; null for nothing. */
  readonly theirs: Json
  /** The lines of a text that both sides changed. */
  readonly regions?: readonly MergeConflict[]
}

type ConflictReason =
  /** Somebody has given the field another value. */
  | 'changed'
  /** The file, or the record that the field is a part of, is gone. */
  | 'gone'
  /** The file cannot be understood. */
  | 'opaque'
  /** It is written in a way that the edit would disturb. */
  | 'layout'

export interface Replayed extends Edited {
  /** By `nameOf`, one for each operation. */
  readonly outcomes: ReadonlyMap<string, OperationOutcome>
}

/**
 * Replays operations on a configuration, field by field. What is still as its author saw it lands, whatever else has
 * moved in the file; what has become what they want is done; anything else is a conflict, and stays as it is. All files
 * keep their comments.
 */
export async function replay(configuration: Configuration, operations: readonly Operation[]): Promise<Replayed> {
  const outcomes = new Map<string, OperationOutcome>()
  const byFile = new Map<string, Operation[]>()
  for (const operation of operations) {
    // Where a file is not even reached, it cannot be understood.
    outcomes.set(nameOf(operation), { is: 'conflict', why: 'opaque', theirs: null })
    const others = byFile.get(operation.file)
    if (others === undefined) byFile.set(operation.file, [operation])
    else others.push(operation)
  }
  const changes = [...byFile].map(([key, all]): FileToEdit => {
    return {
      key,
      isWhole: all.every(isWhole),
      edit: (file) => applyAll(file, all, outcomes)?.text ?? null,
    }
  })
  return { ...(await editFiles(configuration, changes)), outcomes }
}

/** Replays operations of one file on it, and on nothing else: what is in conflict stays as it is. */
export function replayOnFile(file: SourceFile | undefined, operations: readonly Operation[]): SourceFile | undefined {
  return applyAll(file, operations, new Map())
}

function applyAll(
  file: SourceFile | undefined,
  operations: readonly Operation[],
  outcomes: Map<string, OperationOutcome>,
): SourceFile | undefined {
  return operations.reduce<SourceFile | undefined>((before, one) => apply(before, one, outcomes), file)
}

/** Returns the operations that are in conflict. */
export function conflictsIn({ outcomes }: Pick<Replayed, 'outcomes'>): ReadonlyMap<string, Conflict> {
  return new Map([...outcomes].flatMap(([name, one]) => (one.is === 'conflict' ? [[name, one] as const] : [])))
}

function isWhole(operation: Operation): boolean {
  return (
    operation.op === 'create' || operation.op === 'delete' || (operation.op === 'text' && operation.path.length === 0)
  )
}

/** Returns the file after an operation, and records what became of it. */
function apply(
  file: SourceFile | undefined,
  operation: Operation,
  outcomes: Map<string, OperationOutcome>,
): SourceFile | undefined {
  const done = outcomeOf(file, operation)
  outcomes.set(nameOf(operation), done.outcome)
  if (done.text === undefined) return file
  if (done.text === null) return undefined
  return file === undefined ? newFile(operation.file, done.text) : read(file, done.text)
}

/** Parses a text as the file of a key that has none yet. */
export function newFile(key: string, text: string): SourceFile {
  const placed = pathOf(key)
  if (placed === undefined) throw new Error(`no file can have the key ${key}`)
  return parse(placed.path, placed.kind, Buffer.from(text))
}

interface Applied {
  readonly outcome: OperationOutcome
  /** The new text, null for a file that goes; undefined where nothing changes. */
  readonly text?: string | null
}

function outcomeOf(file: SourceFile | undefined, operation: Operation): Applied {
  if (operation.op === 'create') return created(file, operation)
  if (file === undefined) return operation.op === 'delete' ? DONE : conflict('gone', null)
  try {
    switch (operation.op) {
      case 'delete':
        return sameText(file.text, operation.saw) ? lands(null) : conflict('changed', file.text)
      case 'text':
        return merged(file, operation)
      case 'set':
      case 'unset':
        return placed(file, operation)
      case 'add':
      case 'take':
        return listed(file, operation)
    }
  } catch (error) {
    if (error instanceof Failure) return conflict('layout', valueAt(file, pathOfOperation(operation)))
    throw error
  }
}

const DONE: Applied = { outcome: { is: 'done' } }

function lands(text: string | null): Applied {
  return { outcome: { is: 'lands' }, text }
}

function conflict(why: ConflictReason, theirs: Json, regions?: readonly MergeConflict[]): Applied {
  return { outcome: { is: 'conflict', why, theirs, ...(regions !== undefined && { regions }) } }
}

function created(file: SourceFile | undefined, { value }: OperationOf<'create'>): Applied {
  if (file === undefined) return lands(value)
  return sameText(file.text, value) ? DONE : conflict('changed', file.text)
}

function placed(file: SourceFile, operation: OperationOf<'set' | 'unset'>): Applied {
  const { path, saw } = operation
  const now = valueAt(file, path)
  const wanted = operation.op === 'set' ? operation.value : null
  if (isSameValue(now, wanted)) return DONE
  if (!isSameValue(now, saw)) return conflict('changed', now)
  if (operation.op === 'unset') return lands(remove(file, path))
  // A field of a record that is gone would make a record of one field.
  const record = recordOf(operation.file, path)
  if (record !== undefined && nodeAt(file.root, record) === undefined) return conflict('gone', null)
  return written(file, put(file, path, operation.value), now)
}

function listed(file: SourceFile, { op, path, item }: OperationOf<'add' | 'take'>): Applied {
  const items = itemsOf(nodeAt(file.root, path))
  const now = valueAt(file, path)
  if (items === undefined) return conflict('changed', now)
  if (items.includes(item) === (op === 'add')) return DONE
  return written(file, op === 'add' ? addItem(file, path, item) : takeItem(file, path, item), now)
}

function merged(file: SourceFile, operation: OperationOf<'text'>): Applied {
  const { path, value, saw } = operation
  const now = path.length === 0 ? file.text : valueAt(file, path)
  if (now === null) return conflict('gone', null)
  if (typeof now !== 'string') return conflict('changed', now)
  if (sameText(now, value)) return DONE
  const result = sameText(now, saw) ? { text: lf(value) } : merge(lf(value), lf(saw), lf(now))
  if ('conflicts' in result) return conflict('changed', now, result.conflicts)
  if (sameText(now, result.text)) return DONE
  if (path.length > 0) return written(file, put(file, path, result.text), now)
  const { eol } = layoutOf(file)
  return lands(result.text.replaceAll('\n', eol))
}

/** An edit leaves a file in which something else is in its place as it is. */
function written(file: SourceFile, text: string, now: Json): Applied {
  return text === file.text ? conflict('changed', now) : lands(text)
}

/** Returns what a file has at a path; null for nothing. */
export function valueAt({ root }: SourceFile, path: readonly string[]): Json {
  const node = nodeAt(root, path)
  return node === undefined ? null : json(plain(node), 'the file')
}
