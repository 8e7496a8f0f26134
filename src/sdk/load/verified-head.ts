import { Malformed, OtherFormat } from '../../store/format/decode-json.ts'
import type { Release } from '../../store/format/release-manifest.ts'
import type { RootDocument } from '../../trust/root-document.ts'
import { Untrusted } from '../../trust/verify-signatures.ts'
import { type Anchor, type VerifiedRelease, verifyRelease as verify } from '../../trust/verify-release.ts'
import { quote } from '../../base/quote-name.ts'
import { TenfoldError, asDamage } from '../tenfold-error.ts'
import { unsupported } from './load-release.ts'
import type { StoreReader } from '../../store/backend-types.ts'
import type { Trust } from './trust-option.ts'

/** A release signed by the keys that we trust. */
export interface VerifiedHead extends Omit<VerifiedRelease, 'head'> {
  readonly head: Buffer
}

/** What the next release has to follow: the current release, or the kept one. */
export type Floor = Pick<VerifiedHead, 'release' | 'document' | 'epoch'>

/**
 * Verifies a head before any byte of what it names is used; one under a root must have an expiry.
 *
 * @param floor the release with the newest root that we know.
 * @throws {TenfoldError}
 */
export async function verifiedHead(
  head: Buffer,
  store: StoreReader,
  trust: Trust,
  floor?: Floor,
): Promise<VerifiedHead> {
  try {
    const { release, document, epoch } = await verify(head, anchorOf(trust, store, floor))
    const isEndless = release.issued === null || release.expires === null
    if (document !== undefined && isEndless) throw new Malformed('its release would never expire')
    return { head, release, document, epoch }
  } catch (error) {
    if (error instanceof OtherFormat) throw unsupported(store, error)
    if (error instanceof Untrusted) {
      throw new TenfoldError(CODES[error.what], `the store ${store.url} cannot be trusted: ${error.message}`)
    }
    throw asDamage(error, `the store ${store.url}`)
  }
}

const CODES = { root: 'root_refused', signature: 'signature_invalid', epoch: 'rollback_refused' } as const

function anchorOf(trust: Trust, store: StoreReader, floor: Floor | undefined): Anchor {
  if (trust.is === 'local') return trust
  const ours = floor?.document === undefined ? trust.document : newest(trust.document, floor.document)
  return {
    is: 'root',
    async follow(named) {
      // The previous release's root was already followed.
      if (floor !== undefined && named === floor.release.trust) return { document: ours, epoch: floor.epoch }
      return trust.roots.follow(ours, named, store)
    },
  }
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
  if (b.root !== a.root || b.commit !== a.commit || b.secrets !== a.secrets) {
    throw new TenfoldError('rollback_refused', `the store offers another release under the number ${b.seq}`)
  }
  return false
}

/**
 * Whether this is the later of two signed heads of one release: the one under the newer root, since keys that it left
 * out may have signed the other; under the same root, the one that expires later.
 */
export function isLaterWord(next: Floor, present: Floor): boolean {
  const [a, b] = [present.document?.signed.version ?? 0, next.document?.signed.version ?? 0]
  if (a !== b) return b > a
  const [until, nextUntil] = [present.release.expires, next.release.expires]
  return until === null || nextUntil === null || Date.parse(nextUntil) >= Date.parse(until)
}

/**
 * Whether a release is past its expiry. A clock that was set back does not make it valid again: no time counts as
 * earlier than the time of issue.
 */
export function isExpired({ issued, expires }: Release, now: number): boolean {
  if (expires === null) return false
  const time = Math.max(now, issued === null ? now : Date.parse(issued))
  return !(time < Date.parse(expires))
}
