import { quote } from '../../base/quote-name.ts'
import type { StoreReader } from '../../store/backend-types.ts'
import { Malformed } from '../../store/format/decode-json.ts'
import { type Ref, lengthOf } from '../../store/format/object-ref.ts'
import { type Release, readHead, signedPartBytes } from '../../store/format/release-manifest.ts'
import { rankOf } from '../../store/format/rollout.ts'
import { Untrusted } from '../../trust/public-key.ts'
import { Descent, epochAt } from '../../trust/root-descent.ts'
import { MAX_ROOT_BYTES, type RootDocument, checkForm, parseRootDocument } from '../../trust/root-document.ts'
import {
  type Authority,
  type FollowedRoot,
  type VerifiedRelease,
  rootOf,
  verifyRelease,
} from '../../trust/verify-release.ts'
import { TenfoldError, asDamage } from '../tenfold-error.ts'

/** Who has to sign a store's releases. */
export type Trust =
  | { readonly is: 'root'; readonly document: RootDocument; readonly roots: Roots }
  /** The local store: the key of the machine that wrote it. */
  | { readonly is: 'local'; readonly authority: Authority }

/** What the next release has to follow: the current release, or the kept one. */
export type Floor = Pick<VerifiedRelease, 'release' | 'document' | 'epoch'>

/**
 * Verifies a head before any byte of what it names is used: it has its canonical encoding, the root that it names
 * follows from ours, and that root's keys have signed it. One under a root must have an expiry.
 *
 * @param floor the release with the newest root that we know.
 * @throws {TenfoldError}
 */
export async function verifiedHead(
  bytes: Buffer,
  store: StoreReader,
  trust: Trust,
  floor?: Floor,
): Promise<VerifiedRelease> {
  try {
    const head = readHead(bytes)
    const by = trust.is === 'local' ? trust : await followedRoot(rootOf(head.release), store, trust, floor)
    const verified = verifyRelease(head, by)
    const isEndless = verified.release.issued === null || verified.release.expires === null
    if (trust.is === 'root' && isEndless) throw new Malformed('its release would never expire')
    return verified
  } catch (error) {
    if (error instanceof Untrusted) {
      throw new TenfoldError(CODES[error.what], `the store ${store.url} cannot be trusted: ${error.message}`)
    }
    throw asDamage(error, `the store ${store.url}`)
  }
}

const CODES = { root: 'root_refused', signature: 'signature_invalid', epoch: 'rollback_refused' } as const

async function followedRoot(
  named: Ref,
  store: StoreReader,
  { document, roots }: Extract<Trust, { readonly is: 'root' }>,
  floor: Floor | undefined,
): Promise<FollowedRoot> {
  const ours = floor?.document === undefined ? document : newest(document, floor.document)
  // The previous release's root was already followed.
  if (floor !== undefined && named === floor.release.trust) return { document: ours, epoch: floor.epoch }
  return roots.follow(ours, named, store)
}

/** Returns the newer of two documents, both of which are trusted, and one of which follows from the other. */
function newest(a: RootDocument, b: RootDocument): RootDocument {
  return a.signed.version > b.signed.version ? a : b
}

/**
 * Whether this is a later release; false for the same one signed anew, with another expiry.
 *
 * @throws {TenfoldError} when it is neither.
 */
export function follows(next: Floor, present: Floor): boolean {
  const [a, b] = [present.release, next.release]
  if (b.environment !== a.environment) {
    const message = `the store offers a release for ${quote(b.environment)} after one for ${quote(a.environment)}`
    throw new TenfoldError('environment_changed', message)
  }
  // A new release key begins a new count: releases signed by the old one are obsolete, however high their seq.
  if (next.epoch > present.epoch) return true
  if (next.epoch < present.epoch || b.seq < a.seq) {
    throw new TenfoldError('rollback_refused', `the store offers release ${b.seq} after release ${a.seq}`)
  }
  if (b.seq > a.seq) return true
  if (Buffer.compare(signedPartBytes(a), signedPartBytes(b)) !== 0) {
    throw new TenfoldError('rollback_refused', `the store offers another release under the number ${b.seq}`)
  }
  if (rankOf(b.rollout) < rankOf(a.rollout)) {
    const [stage, former] = [b.rollout?.stage, a.rollout?.stage]
    const message = `the store offers stage ${stage} of release ${b.seq} after stage ${former}`
    throw new TenfoldError('rollback_refused', message)
  }
  return false
}

/**
 * Whether this is the later of two signed heads of one release, or as late: the one of a later stage, and then the one
 * that expires later. Both name the same root, which is in the signed part.
 */
export function isLaterWord(next: Floor, present: Floor): boolean {
  const [a, b] = [present.release, next.release]
  const differences = [
    rankOf(b.rollout) - rankOf(a.rollout),
    endOf(b.expires) - endOf(a.expires),
    endOf(b.rollout?.expires) - endOf(a.rollout?.expires),
  ]
  return (differences.find((difference) => difference !== 0) ?? 0) >= 0
}

/** What never expires comes after whatever does. */
function endOf(expires: string | null | undefined): number {
  return typeof expires === 'string' ? Date.parse(expires) : Number.MAX_SAFE_INTEGER
}

/**
 * Whether a release is past its expiry. A clock that was set back does not make it valid again: no time counts as
 * earlier than the time of issue.
 */
export function isExpired({ issued, expires }: Release, now: number): boolean {
  return expires !== null && isPast(expires, issued, now)
}

/** Whether a time of a release has come, by a clock that counts as no earlier than the release's issue. */
export function isPast(time: string, issued: string | null, now: number): boolean {
  return !(Math.max(now, issued === null ? now : Date.parse(issued)) < Date.parse(time))
}

/** The most refused documents to remember. */
const MAX_REFUSED = 64

/**
 * Follows the roots that releases name. A document is untrusted until it is followed, and anyone who can write to the
 * store may offer one again and again: so its bytes, versions and keys are counted first, its signatures are checked
 * next, and each result, good or bad, is remembered.
 */
export class Roots {
  readonly #descent = new Descent()
  /** Why each was refused, and what our version was then. */
  readonly #refused = new Map<Ref, { readonly version: number; readonly error: unknown }>()

  /** @throws {Malformed} @throws {Untrusted} when it does not follow from ours. */
  async follow(ours: RootDocument, named: Ref, store: StoreReader): Promise<FollowedRoot> {
    const refused = this.#refused.get(named)
    if (refused?.version === ours.signed.version) throw refused.error
    if (lengthOf(named) > MAX_ROOT_BYTES) throw new Malformed('it names a root of over 256 KiB')
    const bytes = await (store.peek?.(named) ?? store.read(named))
    try {
      return this.#newer(ours, bytes)
    } catch (error) {
      this.#refuse(named, ours.signed.version, error)
      throw error
    }
  }

  #newer(ours: RootDocument, bytes: Buffer): FollowedRoot {
    const offered = parseRootDocument(bytes)
    const document = this.#descent.newer(ours, offered)
    checkForm(offered, bytes)
    return { document, epoch: epochAt(document, offered.signed.version) }
  }

  #refuse(named: Ref, version: number, error: unknown): void {
    const [oldest] = this.#refused.keys()
    if (this.#refused.size >= MAX_REFUSED && oldest !== undefined) this.#refused.delete(oldest)
    this.#refused.set(named, { version, error })
  }
}
