import type { Writable } from '../edit/text/entry-form.ts'

/** A value as it was found in a file; null where nothing was written, or null was. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

interface OfFile {
  /** The file, wherever it is: `settings`, `prompts/clustering`, `accounts/acme`. */
  readonly file: string
}

interface AtPath extends OfFile {
  readonly path: readonly string[]
}

/**
 * One change that somebody wants, with what was there when they wanted it. It lands on any later text in which that is
 * still there, whatever else has moved.
 */
export type Operation =
  | (AtPath & { readonly op: 'set'; readonly value: Writable; readonly saw: Json })
  | (AtPath & { readonly op: 'unset'; readonly saw: Json })
  /** For lists that are sets: another list is one value. */
  | (AtPath & { readonly op: 'add' | 'take'; readonly item: string })
  /** Merged line by line, unlike `set`; an empty path means the whole file. */
  | (AtPath & { readonly op: 'text'; readonly value: string; readonly saw: string })
  | (OfFile & { readonly op: 'create'; readonly value: string })
  /** `saw` is the whole text. */
  | (OfFile & { readonly op: 'delete'; readonly saw: string })

export type OperationOf<K extends Operation['op']> = Extract<Operation, { readonly op: K }>

/** Returns the path that an operation is about; the empty one where it is the whole file. */
export function pathOfOperation(operation: Operation): readonly string[] {
  return 'path' in operation ? operation.path : []
}

/** Returns a text that tells an operation from every other of its draft. */
export function nameOf(operation: Operation): string {
  const item = 'item' in operation ? [operation.item] : []
  return JSON.stringify([operation.file, ...pathOfOperation(operation), ...item])
}
