import { type KeyObject, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import {
  SIGNED_PART_TYPE,
  PAYLOAD_TYPE,
  type Release,
  type Signature,
  signedPartBytes,
  payloadBytes,
  writeHead,
} from '../store/format/release-manifest.ts'
import { type PublicKey, publicKey, preAuthEncoding } from './public-key.ts'
import { ROOT_TYPE, type Root, rootBytes } from './root-document.ts'

export interface PrivateKey {
  readonly public: PublicKey
  readonly key: KeyObject
}

/**
 * Generates a key. It is exported and imported again: a key from node's generator shares a lock with the job that made
 * it, and if that is garbage-collected while the key is exported, both wait for each other for ever.
 */
export function generateKey(): PrivateKey {
  const { privateKey: key } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  return withPublic(createPrivateKey({ key, type: 'pkcs8', format: 'der' }))
}

/** Parses a private key in PEM (PKCS #8); undefined if it is not one. The error could reveal the key: it is dropped. */
export function privateKey(pem: string): PrivateKey | undefined {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'ed25519' ? withPublic(key) : undefined
  } catch {
    return undefined
  }
}

export function toPem({ key }: PrivateKey): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** Signs a release's core and its expiry. */
export function signHead(release: Release, keys: readonly PrivateKey[]): string {
  return resignHead(release, signaturesOf(SIGNED_PART_TYPE, signedPartBytes(release), keys), keys)
}

/** Signs a release's expiry; its core was signed before. */
export function resignHead(release: Release, core: readonly Signature[], keys: readonly PrivateKey[]): string {
  return writeHead(release, core, signaturesOf(PAYLOAD_TYPE, payloadBytes(release, core), keys))
}

export function signRoot(root: Root, keys: readonly PrivateKey[]): Signature[] {
  return signaturesOf(ROOT_TYPE, rootBytes(root), keys)
}

function signaturesOf(type: string, body: Uint8Array, keys: readonly PrivateKey[]): Signature[] {
  const message = preAuthEncoding(type, body)
  return keys.map(({ key, public: { keyid } }) => ({ keyid, sig: sign(null, message, key).toString('base64') }))
}

function withPublic(key: KeyObject): PrivateKey {
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  return { public: publicKey(x, 'a public key'), key }
}
