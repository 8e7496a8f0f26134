import { StoreFailure } from '../base/failure.ts'
import type { Ref, StoredObject } from './format/object-ref.ts'

/**
 * A place to read releases from. Whoever reads gets what was written, or a `StoreFailure` that says why not.
 * One contract suite runs against every reader.
 */
export interface StoreReader {
  /** As a person writes it, without credentials: `file:DIR`. */
  readonly url: string
  /**
   * The head's bytes as they are now, at most 64 KiB; nobody has verified yet who signed them.
   *
   * @throws {StoreFailure} `not-found` where nothing was published yet.
   */
  head(): Promise<Buffer>
  /**
   * An object's bytes, exactly those that the reference names: nobody has to compare them again.
   *
   * @throws {StoreFailure} `damaged` when the object is absent or is not what its name says.
   */
  read(ref: Ref): Promise<Buffer>
  /** As `read`, for an object that nobody has vouched for yet: a reader that keeps what it reads does not keep this. */
  peek?(ref: Ref): Promise<Buffer>
  /** Gives up what it is waiting for. Whoever asks again is answered again. */
  interrupt?(): void
}

/**
 * A reader of a place that can also be published to: immutable objects, and one head that is only ever replaced whole.
 * One contract suite runs against every backend.
 */
export interface Backend extends StoreReader {
  has(ref: Ref): Promise<boolean>
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

/** The head's bytes; undefined where nothing was published yet. */
export async function currentHead(store: StoreReader): Promise<Buffer | undefined> {
  try {
    return await store.head()
  } catch (error) {
    if (error instanceof StoreFailure && error.problem === 'not-found') return undefined
    throw error
  }
}

export function damaged(store: string, why: string): StoreFailure {
  return new StoreFailure('damaged', `the store ${store} is damaged: ${why}`)
}
