import { StoreFailure } from '../base/failure.ts'
import type { Ref, StoredObject } from './format/object-ref.ts'
import { isOutdated } from './format/release-manifest.ts'

/**
 * A place to read releases from. A read returns exactly what was written, or throws a `StoreFailure` that reports why
 * not. One contract suite runs against every reader.
 */
export interface StoreReader {
  /** The URL as a person writes it, without credentials: `file:DIR`. */
  readonly url: string
  /**
   * Returns the current head's bytes, at most 64 KiB; its signatures are not verified yet.
   *
   * @throws {StoreFailure} `not-found` when nothing has been published yet.
   */
  head(): Promise<Buffer>
  /**
   * Returns an object's bytes, already verified to be exactly those that the reference names.
   *
   * @throws {StoreFailure} `damaged` when the object is absent or does not match its name.
   */
  read(ref: Ref): Promise<Buffer>
  /** As `read`, for an object that nothing trusted refers to yet: a caching reader does not keep it. */
  peek?(ref: Ref): Promise<Buffer>
  /** Aborts pending requests. Later ones are answered again. */
  interrupt?(): void
}

/**
 * A reader of a place that can also be published to: immutable objects, and one head that is only ever replaced whole.
 * One contract suite runs against every backend.
 */
export interface Backend extends StoreReader {
  /** Whether its readers save anything by packs. */
  readonly takesPacks: boolean
  /** Whether a head cannot replace one that its publisher has not seen. A backend without that holds copies. */
  readonly isCopy?: true
  /** Whether an object is known to be there whole; false where finding out would be a request for each. */
  has(ref: Ref): Promise<boolean>
  /** Lists what is there that may be swept: objects, and heads of past releases. Left out where a store tidies itself. */
  listFiles?(): AsyncIterable<StoredFile>
  /** Reads the head of a past release, as `heads/1-42.json`; undefined where there is none. */
  readFile?(path: string): Promise<Buffer | undefined>
  /** Deletes files, at most a thousand at a time, unless the head is no longer this one: then nothing is deleted. */
  deleteFiles?(paths: readonly string[], head: Uint8Array): Promise<boolean>
  /** Uploads objects ahead of a publish, where that can be done without replacing anything. */
  stage?(objects: Iterable<StoredObject>): Promise<unknown>
  /**
   * Publishes objects first and the head last, atomically, and only while the head is still the expected one. If
   * anything fails, the head is unchanged.
   */
  publish(update: Update): Promise<Published>
}

/** A file of a store. */
export interface StoredFile {
  /** Relative to the store, with forward slashes. */
  readonly path: string
  readonly bytes: number
  /** When it was last written, in milliseconds since 1970. */
  readonly date: number
}

export interface Update {
  readonly objects: Iterable<StoredObject>
  readonly expected: Uint8Array | undefined
  readonly head: string
  /** The release's epoch and seq, `1-42`: left out where a head is only renewed. */
  readonly label?: string
  /** Reads what the release is made of, at its source: left out where a head is only renewed. */
  readonly content?: (ref: Ref) => Promise<Uint8Array>
}

export type Published =
  | { readonly done: true; readonly written: number; readonly reused: number; readonly bytes: number }
  /** Another publisher was first: build again on what is there now. */
  | { readonly done: false }

/** The result of publishing what the store already holds. */
export const NOTHING_NEW = { done: true, written: 0, reused: 0, bytes: 0 } as const

/** Returns the bytes of the head to be replaced; undefined when nothing has been published yet. */
export async function currentHead(store: StoreReader): Promise<Buffer | undefined> {
  try {
    return await store.head()
  } catch (error) {
    if (error instanceof StoreFailure && error.problem === 'not-found') return undefined
    throw error
  }
}

/** Returns the bytes of the head to be read; undefined also when it is of an earlier format. */
export async function readableHead(store: StoreReader): Promise<Buffer | undefined> {
  const head = await currentHead(store)
  return head === undefined || isOutdated(head) ? undefined : head
}

export function damaged(store: string, why: string): StoreFailure {
  return new StoreFailure('damaged', `the store ${store} is damaged: ${why}`)
}
