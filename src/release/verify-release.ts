import { Malformed } from '../store/format/decode-json.ts'
import { textObject } from '../store/format/object-ref.ts'
import { type Release, readHead } from '../store/format/release-manifest.ts'
import { Failure } from '../base/failure.ts'
import { wellFormed } from '../store/release-succession.ts'
import { type StoreReader, damaged, readableHead } from '../store/backend-types.ts'
import { epochAt, newerRoot } from '../trust/root-descent.ts'
import { type PublicKey, Untrusted } from '../trust/public-key.ts'
import { type RootDocument, readRootDocument, writeRootDocument } from '../trust/root-document.ts'
import { type VerifiedRelease, rootOf, soleAuthority, verifyRelease as verify } from '../trust/verify-release.ts'

/** Who has to sign a store's releases. */
export type Trusted =
  | { readonly is: 'root'; readonly document: RootDocument }
  /** The local store's own key; undefined if none was made here. */
  | { readonly is: 'local'; readonly key: PublicKey | undefined }

/** Returns the release in a store's head, once it is verified to be signed by keys that we trust. @throws {Failure} */
export async function readTrusted(target: StoreReader, trusted: Trusted): Promise<VerifiedRelease> {
  const bytes = await readableHead(target)
  if (bytes === undefined) throw noStore(target)
  return verifyHeadOf(target, bytes, trusted)
}

export function noStore({ url }: StoreReader): Failure {
  return new Failure('world', `there is no store at ${url}`, 'publish one with `tenfold release`, or check the path')
}

/** Does the same for a head that was already read. @throws {Failure} */
export async function verifyHeadOf(
  target: StoreReader,
  bytes: Uint8Array,
  trusted: Trusted,
  known?: RootDocument,
): Promise<VerifiedRelease> {
  try {
    const head = readHead(bytes)
    if (trusted.is === 'local') return verify(head, { authority: trusted.key && soleAuthority(trusted.key) })
    const theirs = await documentOf(target, head.release, known)
    const document = newerRoot(trusted.document, theirs)
    return verify(head, { document, epoch: epochAt(document, theirs.signed.version) })
  } catch (error) {
    if (error instanceof Malformed) throw damaged(target.url, error.message)
    if (error instanceof Untrusted) throw untrusted(target, error, trusted)
    throw error
  }
}

/** Returns the root document that a release names; read, unless it is one that is known. @throws {Failure} @throws {Untrusted} */
export async function documentOf(target: StoreReader, release: Release, known?: RootDocument): Promise<RootDocument> {
  const ref = rootOf(release)
  if (known !== undefined && textObject(writeRootDocument(known)).ref === ref) return known
  const bytes = await target.read(ref)
  return wellFormed(target, () => readRootDocument(bytes))
}

function untrusted(target: StoreReader, error: Untrusted, trusted: Trusted): Failure {
  const help =
    trusted.is === 'local'
      ? 'run `tenfold compile` or `tenfold release` here: it signs the store with a key of this machine'
      : 'do not use it: publish again with the release key, and find out who wrote to the store'
  return new Failure('world', `the store ${target.url} cannot be trusted: ${error.message}`, help, { cause: error })
}
