import { Malformed, OtherFormat } from '../../store/format/decode.ts'
import { type Release, readHead } from '../../store/format/manifest.ts'
import { epochOf } from '../../trust/descent.ts'
import type { RootDocument } from '../../trust/root.ts'
import { Untrusted, verifyHead } from '../../trust/verify.ts'
import { quote } from '../../base/quote.ts'
import { TenfoldError, asDamage } from '../errors.ts'
import { unsupported } from './load.ts'
import type { StoreReader } from '../../store/backend.ts'
import type { Trust } from './trust.ts'

/** A release that those have signed whom we trust. */
export interface VerifiedHead {
  readonly head: Buffer
  readonly release: Release
  /** The newest root that we know of; undefined where a local key signs. */
  readonly document: RootDocument | undefined
  /** That of the root which the release names. Releases are ordered by it first, then by seq. */
  readonly epoch: number
}

/** What the next release has to follow: the present one, or that which was kept. */
export type Floor = Pick<VerifiedHead, 'release' | 'document' | 'epoch'>

/**
 * What a head says, before a byte of what it names is used: its own bytes are bounded and in their one encoding, the
 * root that it names follows from ours, enough of the newer one's keys have signed it, and it is of that one's epoch.
 *
 * @param floor whose root is the newest that we know of.
 * @throws {TenfoldError}
 */
export async function verifyRelease(
  head: Buffer,
  store: StoreReader,
  trust: Trust,
  floor?: Floor,
): Promise<VerifiedHead> {
  try {
    const read = readHead(head)
    if (trust.is === 'local') return { head, release: verifyHead(read, trust.authority), document: undefined, epoch: 0 }
    const ours = floor?.document === undefined ? trust.document : newest(trust.document, floor.document)
    const named = read.release.trust
    if (named === null) throw new Untrusted('root', 'it was not released under a root')
    // That of the release before was looked at then.
    const isKnown = named === floor?.release.trust
    const { document, epoch } = isKnown
      ? { document: ours, epoch: floor.epoch }
      : await trust.roots.follow(ours, named, store)
    const release = verifyHead(read, document.signed)
    checkEpoch(release, epoch, document)
    if (release.issued === null || release.expires === null) throw new Malformed('its release would never expire')
    return { head, release, document, epoch }
  } catch (error) {
    if (error instanceof OtherFormat) throw unsupported(store, error)
    if (error instanceof Untrusted) {
      const code = error.what === 'root' ? 'root_refused' : 'signature_invalid'
      throw new TenfoldError(code, `the store ${store.url} cannot be trusted: ${error.message}`)
    }
    throw asDamage(error, `the store ${store.url}`)
  }
}

/** Keys that the root goes on naming may have signed it: what was released before others changed is over all the same. */
function checkEpoch({ seq }: Release, epoch: number, document: RootDocument): void {
  const present = epochOf(document)
  if (epoch === present) return
  const message = `the store offers release ${seq} of before root ${present}, with whose release keys a new count began`
  throw new TenfoldError('rollback_refused', message)
}

/** Both are ours, and one follows from the other. */
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
  // A new release key begins a new count: what the old one signed is over, however high its seq.
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
 * Of one release that was signed twice, whether this is the later word: that under the newer root, since keys that it
 * left out may have signed the other; under one root that which is good for longer.
 */
export function isLaterWord(next: Floor, present: Floor): boolean {
  const [a, b] = [present.document?.signed.version ?? 0, next.document?.signed.version ?? 0]
  if (a !== b) return b > a
  const [until, nextUntil] = [present.release.expires, next.release.expires]
  return until === null || nextUntil === null || Date.parse(nextUntil) >= Date.parse(until)
}

/**
 * Whether a release is past its time. A clock that was set back does not make it good again: no time is before that
 * at which the release was issued.
 */
export function isExpired({ issued, expires }: Release, now: number): boolean {
  if (expires === null) return false
  const time = Math.max(now, issued === null ? now : Date.parse(issued))
  return !(time < Date.parse(expires))
}
