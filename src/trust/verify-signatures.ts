import { createHash } from 'node:crypto'
import {
  SIGNED_PART_TYPE,
  type Head,
  PAYLOAD_TYPE,
  type Release,
  type Signature,
  signedPartBytes,
} from '../store/format/release-manifest.ts'
import { type PublicKey, isSignedBy } from './public-key.ts'
import { type Role, type Root, type RootDocument, writeRootDocument } from './root-document.ts'

/** Thrown for data that is not signed by the keys that we trust. */
export class Untrusted extends Error {
  override readonly name = 'Untrusted'
  /** `epoch`: the right keys have signed it, but newer keys have since begun a new count. */
  readonly what: 'signature' | 'root' | 'epoch'

  constructor(what: 'signature' | 'root' | 'epoch', message: string) {
    super(message)
    this.what = what
  }
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

/** Returns the digest that `TENFOLD_ROOT` pins: SHA-256 of the bytes of `root.json`, in hexadecimal. */
export function rootDigest(document: RootDocument): string {
  return createHash('sha256').update(writeRootDocument(document)).digest('hex')
}

/**
 * Encodes as DSSE's pre-authentication encoding does
 * (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md).
 */
export function preAuthEncoding(type: string, body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `, 'utf8'), body])
}

/**
 * Whether enough distinct keys of a role have signed; key ids are only hints for the search.
 *
 * @param isSigned checks one signature.
 */
export function isMet(
  { threshold, keys }: Role,
  type: string,
  body: Uint8Array,
  signatures: readonly Signature[],
  isSigned: typeof isSignedBy = isSignedBy,
): boolean {
  const message = preAuthEncoding(type, body)
  const signers = new Set<string>()
  for (const key of keys) {
    if (signatures.some(({ keyid, sig }) => keyid === key.keyid && isSigned(key, message, sig))) signers.add(key.x)
    if (signers.size >= threshold) return true
  }
  return false
}

/** Describes how many signatures a role takes, for a message. */
export function enough({ threshold, keys }: Role): string {
  return `${threshold} of its ${keys.length} ${keys.length === 1 ? 'key' : 'keys'}`
}
