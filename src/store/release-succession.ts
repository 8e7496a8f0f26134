import { Malformed } from './format/decode-json.ts'
import { Failure } from '../base/failure.ts'
import type { Ref, StoredObject } from './format/object-ref.ts'
import { readRoot } from './format/content-root.ts'
import {
  type Counts,
  HISTORY,
  PLAIN,
  type Release,
  isOutdated,
  readHead,
  writeHead,
} from './format/release-manifest.ts'
import { type Backend, damaged } from './backend-types.ts'

/** What is published: a release that has no place yet in a backend's sequence. */
export type Draft = Pick<Release, 'environment' | 'commit' | 'tree' | 'root' | 'secrets'>

/** A draft with the packs of the backend that it is published to. */
export type PackedDraft = Draft & Pick<Release, 'packs'>

/** Returns the part of a release that is published again elsewhere. */
export function draftOf({ environment, commit, tree, root, secrets }: Draft): Draft {
  return { environment, commit, ...(tree !== undefined && { tree }), root, secrets }
}

/** Reads, numbers and signs the releases of a backend. */
export interface Signer {
  /** The root document under which it signs; null if none is needed. */
  readonly trust: StoredObject | null
  /** Verifies a backend's head and returns its release. @throws {Failure} when it must not be built upon. */
  last(target: Backend, head: Uint8Array): Promise<Last>
  /** Creates the next head. @throws {Failure} when it is not allowed. */
  next(draft: PackedDraft, last: Last | undefined, counts: Counts): { readonly release: Release; readonly head: string }
}

export interface Last {
  readonly release: Release
  /** Whether a reader would accept this head as it is: otherwise it is published anew. */
  readonly isGood: boolean
  /**
   * Whether it is signed by keys that are valid today. Only then may its content be built upon: how it parsed a file,
   * which keys it holds, which releases came before it. A replaced key may have been stolen.
   */
  readonly isOurs: boolean
}

/** Verifies the head to be replaced; undefined where there is none to build upon. @throws {Failure} */
export async function lastIn(target: Backend, head: Uint8Array | undefined, signer: Signer): Promise<Last | undefined> {
  return head === undefined || isOutdated(head) ? undefined : signer.last(target, head)
}

/** Numbers releases without signing them: for a store that will be published from. */
export const unsigned: Signer = {
  trust: null,
  async last(target, head) {
    return { release: wellFormed(target, () => readHead(head)).release, isGood: true, isOurs: true }
  },
  next(draft, last) {
    const place = { ...follow(last?.release), shrunk_at: null, issued: null, expires: null }
    const release = { ...PLAIN, ...draft, trust: null, ...place }
    return { release, head: writeHead(release) }
  },
}

/** Returns the fields that place a release after another one. */
export function follow(last: Release | undefined): Pick<Release, 'seq' | 'history'> {
  if (last === undefined) return { seq: 1, history: [] }
  const { seq, commit, root, secrets, history } = last
  return { seq: seq + 1, history: [{ seq, commit, root, secrets }, ...history].slice(0, HISTORY) }
}

/**
 * Whether a draft equals the last release: the same content of the same environment and commit is published once,
 * however often it is requested. A publisher without a root, such as `compile`, ignores the root of the last release.
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

/** Whether a store was compiled and not released: only the machine that made it vouches for it. */
export function isCompiled({ trust, issued }: Release): boolean {
  return trust === null && issued === null
}

/** @throws {Failure} that names the store, when its content is malformed. */
export function wellFormed<T>(target: Backend, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw damaged(target.url, error.message)
  }
}

/** Returns how many accounts a release has; 0 if that cannot be determined. */
export async function countOf(target: Backend, root: Ref | undefined): Promise<number> {
  if (root === undefined) return 0
  try {
    return readRoot(await target.read(root)).count
  } catch (error) {
    if (error instanceof Malformed || error instanceof Failure) return 0
    throw error
  }
}
