import { type KeyObject, createHash, createPublicKey, verify } from 'node:crypto'
import { Malformed, string } from '../store/format/decode-json.ts'
import type { Signature } from '../store/format/release-manifest.ts'

/** An Ed25519 public key, identified by its 32 bytes. */
export interface PublicKey {
  /** The 32 bytes in base64url, without padding. */
  readonly x: string
  /** SHA-256 of the 32 bytes, in hexadecimal. */
  readonly keyid: string
  readonly key: KeyObject
}

/** The right to do something: any `threshold` of the keys together. */
export interface Role {
  readonly threshold: number
  readonly keys: readonly PublicKey[]
}

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

/** @throws {Malformed} when this is not a public key, or is one under which anyone can sign. */
export function publicKey(value: unknown, what: string): PublicKey {
  const x = string(value, what)
  const bytes = Buffer.from(x, 'base64url')
  // Buffer is lenient about base64; a key has only one spelling.
  if (bytes.length !== 32 || bytes.toString('base64url') !== x) {
    throw new Malformed(`${what} is not 32 bytes in base64url`)
  }
  if (!isSafePoint(bytes)) throw new Malformed(`${what} is a key under which anybody could sign`)
  return lazily(x, bytes)
}

/** Creates the costly parts on demand: a document may name thousands of keys, few of which are used. */
function lazily(x: string, bytes: Uint8Array): PublicKey {
  let keyid: string | undefined
  let key: KeyObject | undefined
  return {
    x,
    get keyid() {
      return (keyid ??= createHash('sha256').update(bytes).digest('hex'))
    },
    get key() {
      return (key ??= createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }))
    },
  }
}

/** Whether the 64 bytes, in strict base64, sign the message under the key. */
export function isSignedBy({ key }: PublicKey, message: Uint8Array, sig: string): boolean {
  const bytes = Buffer.from(sig, 'base64')
  if (bytes.length !== 64 || bytes.toString('base64') !== sig) return false
  return verify(null, message, key, bytes)
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

const P = 2n ** 255n - 19n
const P_HEX = hexOf(P)
/**
 * The y coordinates of the eight points of small order: under such a key one signature is valid for any message, and
 * node accepts it. From "Taming the many EdDSAs" (https://eprint.iacr.org/2020/1244), table 1.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set(
  [
    0n,
    1n,
    P - 1n,
    0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
    0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
  ].map(hexOf),
)

/** Whether a point has its canonical encoding and is not of small order. */
function isSafePoint(bytes: Uint8Array): boolean {
  const y = Buffer.from(bytes).reverse()
  // The highest bit is the sign of x.
  y.writeUInt8(y.readUInt8(0) & 0x7f, 0)
  const hex = y.toString('hex')
  return hex < P_HEX && !SMALL_ORDER.has(hex)
}

function hexOf(y: bigint): string {
  return y.toString(16).padStart(64, '0')
}
