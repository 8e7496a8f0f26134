import type { Ref, StoredObject } from './format/object.ts'

/**
 * A place that holds a store: immutable objects, and one head that is only ever replaced whole.
 * One contract suite runs against every target.
 */
export interface Backend {
  /** As a person writes it: `file:DIR`. */
  readonly url: string
  /** The head's bytes; undefined where nothing was published yet. */
  head(): Promise<Uint8Array | undefined>
  has(ref: Ref): Promise<boolean>
  /** @throws {Failure} when the object is absent or is not what its name says. */
  read(ref: Ref): Promise<Uint8Array>
  /**
   * Objects first, the head last and at once, and only while the head is still the expected one. Where anything
   * fails, the head is as it was.
   */
  publish(update: Update): Promise<Published>
}

export interface Update {
  readonly objects: Iterable<StoredObject>
  readonly expected: Uint8Array | undefined
  readonly head: string
}

export type Published =
  | { readonly done: true; readonly written: number; readonly reused: number; readonly bytes: number }
  /** Somebody else published first: build again on what is there now. */
  | { readonly done: false }

/** What publishing came to where the store held it all already. */
export const NOTHING_NEW = { done: true, written: 0, reused: 0, bytes: 0 } as const
