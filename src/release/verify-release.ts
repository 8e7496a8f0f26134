import { Malformed } from '../store/format/decode.ts'
import type { Ref } from '../store/format/object.ts'
import { type Head, type Release, readHead } from '../store/format/manifest.ts'
import { Failure } from '../base/failure.ts'
import { wellFormed } from '../store/succession.ts'
import { type Backend, currentHead, damaged } from '../store/backend.ts'
import { epochAt, epochOf, newerRoot } from '../trust/descent.ts'
import type { PublicKey } from '../trust/key.ts'
import { type RootDocument, readRootDocument } from '../trust/root.ts'
import { Untrusted, soleAuthority, verifyHead } from '../trust/verify.ts'

/** By whom a store's releases have to be signed. */
export type Trusted =
  | { readonly is: 'root'; readonly document: RootDocument }
  /** The embedded store's own key; undefined where none was made here. */
  | { readonly is: 'local'; readonly key: PublicKey | undefined }

export interface VerifiedRelease {
  readonly head: Head
  readonly release: Release
  /** The newest root that the store knows of; undefined where a local key signs. */
  readonly document: RootDocument | undefined
}

/** What a store's head says, once those have signed it whom we trust. @throws {Failure} */
export async function readTrusted(target: Backend, trusted: Trusted): Promise<VerifiedRelease> {
  const bytes = await currentHead(target)
  if (bytes === undefined) throw noStore(target)
  return verifyRelease(target, bytes, trusted)
}

export function noStore({ url }: Backend): Failure {
  return new Failure('world', `there is no store at ${url}`, 'publish one with `tenfold release`, or check the path')
}

/** The same of a head that was read already. @throws {Failure} */
export async function verifyRelease(target: Backend, bytes: Uint8Array, trusted: Trusted): Promise<VerifiedRelease> {
  const head = wellFormed(target, () => readHead(bytes))
  try {
    if (trusted.is === 'local') {
      if (trusted.key === undefined) throw new Untrusted('signature', 'the key that signs it was not made here')
      return { head, release: verifyHead(head, soleAuthority(trusted.key)), document: undefined }
    }
    const named = await documentOf(target, head.release.trust)
    const document = newerRoot(trusted.document, named)
    const release = verifyHead(head, document.signed)
    checkEpoch(document, named.signed.version)
    return { head, release, document }
  } catch (error) {
    if (!(error instanceof Untrusted)) throw error
    throw untrusted(target, error, trusted)
  }
}

/** Keys that the root goes on naming may have signed what was released before others changed. @throws {Untrusted} */
function checkEpoch(document: RootDocument, version: number): void {
  const epoch = epochOf(document)
  if (epochAt(document, version) === epoch) return
  const message = `it was released under root ${version}, and with the release keys of root ${epoch} a new count began`
  throw new Untrusted('root', message)
}

/** The root document that a release names. @throws {Failure} @throws {Untrusted} */
export async function documentOf(target: Backend, trust: Ref | null): Promise<RootDocument> {
  if (trust === null) throw new Untrusted('root', 'it names no root: it was not released under one')
  const bytes = await target.read(trust)
  try {
    return readRootDocument(bytes)
  } catch (error) {
    if (error instanceof Malformed) throw damaged(target.url, error.message)
    throw error
  }
}

function untrusted(target: Backend, error: Untrusted, trusted: Trusted): Failure {
  const help =
    trusted.is === 'local'
      ? 'run `tenfold compile` or `tenfold release` here: it signs the store with a key of this machine'
      : 'do not use it: publish again with the release key, and find out who wrote to the store'
  return new Failure('world', `the store ${target.url} cannot be trusted: ${error.message}`, help, { cause: error })
}
