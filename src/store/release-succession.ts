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
  signedPartBytes,
  writeHead,
} from './format/release-manifest.ts'
import { type Backend, type StoreReader, damaged } from './backend-types.ts'

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
  /** The epoch of the root under which it signs; 0 if there is none. */
  readonly epoch: number
  /** Numbers the next release. @throws {Failure} when it is not allowed. */
  next(draft: PackedDraft, last: Last | undefined, counts: Counts): Release
  /** Signs a release: its head. */
  sign(release: Release): string
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
  epoch: 0,
  next(draft, last) {
    const place = { ...follow(last?.release), shrunk_at: null, issued: null, expires: null }
    return { ...PLAIN, ...draft, trust: null, ...place }
  },
  sign: (release) => writeHead(release),
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

/** Whether two releases have the same signed part: the same release, at two targets. */
export function isSameCore(a: Release, b: Release): boolean {
  return Buffer.from(signedPartBytes(a)).equals(signedPartBytes(b))
}

/** Whether a later release has a draft among those that it followed, after one that was built upon. */
function holdsRelease({ seq, root, secrets, history }: Release, draft: Draft, builtOn: number): boolean {
  return [{ seq, root, secrets }, ...history].some((one) => {
    return one.seq > builtOn && one.root === draft.root && one.secrets === draft.secrets
  })
}

/** Whether a commit has another one in its history; false where that is unknown here. */
export type Descends = (commit: string, from: string) => Promise<boolean>

/**
 * Whether the release of another publisher, who was first, contains ours: as one before it, or because its commit has
 * ours in its history.
 */
export async function isOvertaken(
  { release, isOurs }: Last,
  draft: Draft,
  builtOn: number,
  descends: Descends = async () => false,
): Promise<boolean> {
  if (!isOurs || release.environment !== draft.environment) return false
  if (holdsRelease(release, draft, builtOn)) return true
  const { commit } = release
  return commit !== null && draft.commit !== null && commit !== draft.commit && descends(commit, draft.commit)
}

/** Whether a store was compiled and not released: only the machine that made it vouches for it. */
export function isCompiled({ trust, issued }: Release): boolean {
  return trust === null && issued === null
}

/** @throws {Failure} that names the store, when its content is malformed. */
export function wellFormed<T>(target: Pick<StoreReader, 'url'>, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw damaged(target.url, error.message)
  }
}

/** Returns how many accounts a release has; 0 if that cannot be determined. */
export async function countOf(target: Pick<StoreReader, 'read'>, root: Ref | undefined): Promise<number> {
  if (root === undefined) return 0
  try {
    return readRoot(await target.read(root)).count
  } catch (error) {
    if (error instanceof Malformed || error instanceof Failure) return 0
    throw error
  }
}
