import { createHash } from 'node:crypto'

/**
 * A reference to an object: the 43 characters of its SHA-256 in base64url, then its length in bytes as six hexadecimal
 * digits. Its width is fixed, so that a leaf's size is known from a reference to it; the length bounds what a reader
 * has to accept before it has received a byte.
 */
export type Ref = string

export const REF_LENGTH = 49
/** Objects are shorter than 16 MiB, a length that fits in six hexadecimal digits. */
export const MAX_OBJECT_BYTES = 0xffffff

export interface StoredObject {
  readonly ref: Ref
  readonly bytes: Uint8Array
}

/** @throws {RangeError} when there are too many bytes for an object. */
export function toObject(bytes: Uint8Array): StoredObject {
  if (bytes.length > MAX_OBJECT_BYTES) throw new RangeError(`an object of ${bytes.length} bytes is over 16 MiB`)
  const digest = createHash('sha256').update(bytes).digest('base64url')
  return { ref: digest + bytes.length.toString(16).padStart(6, '0'), bytes }
}

export function textObject(text: string): StoredObject {
  return toObject(Buffer.from(text, 'utf8'))
}

export function isRef(value: unknown): value is Ref {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048][0-9a-f]{6}$/.test(value)
}

export function lengthOf(ref: Ref): number {
  return Number.parseInt(ref.slice(43), 16)
}

/** Returns the digest in hexadecimal, as file names and people use it. */
export function hexOf(ref: Ref): string {
  return Buffer.from(ref.slice(0, 43), 'base64url').toString('hex')
}

/** Returns an object's path in a store, relative to its root, with forward slashes. */
export function pathOf(ref: Ref): string {
  const hex = hexOf(ref)
  return `objects/${hex.slice(0, 2)}/${hex}`
}

/** Whether these are exactly the bytes that the reference names. */
export function matches(ref: Ref, bytes: Uint8Array): boolean {
  if (bytes.length !== lengthOf(ref)) return false
  return createHash('sha256').update(bytes).digest('base64url') === ref.slice(0, 43)
}
