import { type Head, type Release, readHead } from '../store/format/release-manifest.ts'
import type { Ref } from '../store/format/object-ref.ts'
import { epochOf } from './root-descent.ts'
import type { RootDocument } from './root-document.ts'
import { type Authority, Untrusted, verifyHead } from './verify-signatures.ts'

/** Where trust in a store's releases begins. */
export type Anchor =
  /** A root of ours, from which the root that a release names is followed. */
  | { readonly is: 'root'; follow(named: Ref): Promise<FollowedRoot> }
  /** The key of the machine that wrote the store; undefined if none was made here. */
  | { readonly is: 'local'; readonly authority: Authority | undefined }

/** A root that was followed from ours to the one that a release names. @throws {Untrusted} when it does not follow. */
export interface FollowedRoot {
  /** The newer of the two. */
  readonly document: RootDocument
  /** The epoch of a release that names this one. */
  readonly epoch: number
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
 * Verifies a head before any byte of what it names is used: it has its canonical encoding, the root that it names
 * follows from ours, enough keys of the newer root have signed it, and it belongs to that root's epoch.
 *
 * @throws {Malformed} @throws {Untrusted} and whatever following throws.
 */
export async function verifyRelease(bytes: Uint8Array, anchor: Anchor): Promise<VerifiedRelease> {
  const head = readHead(bytes)
  if (anchor.is === 'local') {
    if (anchor.authority === undefined) throw new Untrusted('signature', 'the key that signs it was not made here')
    return { head, release: verifyHead(head, anchor.authority), document: undefined, epoch: 0 }
  }
  const { document, epoch } = await anchor.follow(rootOf(head.release))
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
