import { Malformed } from './format/decode-json.ts'
import { Failure } from '../base/failure.ts'
import type { Ref, StoredObject } from './format/object-ref.ts'
import { readRoot } from './format/content-root.ts'
import { type Counts, HISTORY, type Release, readHead, writeHead } from './format/release-manifest.ts'
import { type Backend, damaged } from './backend-types.ts'

/** What is published: a release before it has a place in a target's order. */
export type Draft = Pick<Release, 'environment' | 'commit' | 'tree' | 'root' | 'secrets'>

/** Who reads, numbers and signs the releases of a target. */
export interface Signer {
  /** The root document under which it signs; null where none is needed. */
  readonly trust: StoredObject | null
  /** What a target's head says, once it is believed. @throws {Failure} when it must not be built upon. */
  last(target: Backend, head: Uint8Array): Promise<Last>
  /** The head that comes next. @throws {Failure} when it may not. */
  next(draft: Draft, last: Last | undefined, counts: Counts): { readonly release: Release; readonly head: string }
}

export interface Last {
  readonly release: Release
  /** Whether a reader would take this head as it is: one that it would not is published anew. */
  readonly isGood: boolean
  /**
   * Whether those have signed it whose word counts today. Only then may anything that it says be built upon: what it
   * made of a file, which keys it holds, what came before it. A key that was replaced may have been a thief's.
   */
  readonly isOurs: boolean
}

/** Numbers releases and signs nothing: for a store that is going to be published from. */
export const unsigned: Signer = {
  trust: null,
  async last(target, head) {
    return { release: wellFormed(target, () => readHead(head)).release, isGood: true, isOurs: true }
  },
  next(draft, last) {
    const release = { ...draft, trust: null, ...follow(last?.release), shrunk_at: null, issued: null, expires: null }
    return { release, head: writeHead(release) }
  },
}

/** Where a release stands after another one. */
export function follow(last: Release | undefined): Pick<Release, 'seq' | 'history'> {
  if (last === undefined) return { seq: 1, history: [] }
  const { seq, commit, root, secrets, history } = last
  return { seq: seq + 1, history: [{ seq, commit, root, secrets }, ...history].slice(0, HISTORY) }
}

/**
 * The same content of the same environment and commit is published once, however often it is asked for. A publisher
 * without a root, such as `compile`, has nothing to say about the one under which it was released.
 */
export function isSame(last: Release, draft: Draft, { trust }: Signer): boolean {
  return (
    last.root === draft.root &&
    last.environment === draft.environment &&
    last.commit === draft.commit &&
    last.secrets === draft.secrets &&
    (trust === null || last.trust === trust.ref)
  )
}

/** Whether a store was compiled and not released: nobody but the machine that made it answers for it. */
export function isCompiled({ trust, issued }: Release): boolean {
  return trust === null && issued === null
}

/** @throws {Failure} that names the store, where what it holds is malformed. */
export function wellFormed<T>(target: Backend, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw damaged(target.url, error.message)
  }
}

/** How many accounts a release has; none where it cannot be told. */
export async function countOf(target: Backend, root: Ref | undefined): Promise<number> {
  if (root === undefined) return 0
  try {
    return readRoot(await target.read(root)).count
  } catch (error) {
    if (error instanceof Malformed || error instanceof Failure) return 0
    throw error
  }
}
