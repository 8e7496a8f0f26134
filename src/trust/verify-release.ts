import {
  type Head,
  PAYLOAD_TYPE,
  type Release,
  SIGNED_PART_TYPE,
  signedPartBytes,
} from '../store/format/release-manifest.ts'
import type { Ref } from '../store/format/object-ref.ts'
import { type PublicKey, Untrusted, enough, isMet } from './public-key.ts'
import { epochOf } from './root-descent.ts'
import type { Root, RootDocument } from './root-document.ts'

/** A root that was followed from ours to the one that a release names. */
export interface FollowedRoot {
  /** The newer of the two. */
  readonly document: RootDocument
  /** The epoch of a release that names this one. */
  readonly epoch: number
}

/** The key of the machine that wrote a store; undefined if none was made here. */
export interface LocalSigner {
  readonly authority: Authority | undefined
}

export interface VerifiedRelease {
  readonly head: Head
  readonly release: Release
  /** The newest known root; undefined when a local key signs. */
  readonly document: RootDocument | undefined
  /** The epoch of the root that the release names. Releases are ordered by it first, then by seq. */
  readonly epoch: number
}

/**
 * Verifies a head before any byte of what it names is used: enough keys of the newer root have signed it, and it belongs
 * to that root's epoch.
 *
 * @throws {Untrusted}
 */
export function verifyRelease(head: Head, by: FollowedRoot | LocalSigner): VerifiedRelease {
  if ('authority' in by) {
    if (by.authority === undefined) throw new Untrusted('signature', 'the key that signs it was not made here')
    return { head, release: verifyHead(head, by.authority), document: undefined, epoch: 0 }
  }
  const { document, epoch } = by
  const release = verifyHead(head, document.signed)
  // Keys that the root still names may have signed it, but a release from before other keys changed is obsolete anyway.
  const current = epochOf(document)
  if (epoch !== current) {
    const message = `it was released under the release keys of root ${epoch}, and with those of root ${current} a new count began`
    throw new Untrusted('epoch', message)
  }
  return { head, release, document, epoch }
}

/** Returns the root document that a release names. @throws {Untrusted} */
export function rootOf({ trust }: Release): Ref {
  if (trust === null) throw new Untrusted('root', 'it names no root: it was not released under one')
  return trust
}

/** The keys that count for a head: a root's, or a single local key. */
export type Authority = Pick<Root, 'release' | 'refresh'>

/** Returns the authority of one key for everything, as the local store has it. */
export function soleAuthority(key: PublicKey): Authority {
  const role = { threshold: 1, keys: [key] }
  return { release: role, refresh: role }
}

/**
 * Returns the release of a head once enough of the right keys have signed it: the release keys its core, and they or
 * the refresh keys its expiry.
 *
 * @throws {Untrusted}
 */
export function verifyHead({ release, core, signatures, payload }: Head, { release: by, refresh }: Authority): Release {
  if (signatures.length === 0 || core.length === 0) throw new Untrusted('signature', 'its head is not signed')
  if (!isMet(by, SIGNED_PART_TYPE, signedPartBytes(release), core)) {
    throw new Untrusted('signature', `its release is not signed by ${enough(by)}`)
  }
  if (!isMet(by, PAYLOAD_TYPE, payload, signatures) && !isMet(refresh, PAYLOAD_TYPE, payload, signatures)) {
    throw new Untrusted('signature', `its head is not signed by ${enough(by)} nor by the refresh keys`)
  }
  return release
}
