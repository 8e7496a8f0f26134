import { createHash } from 'node:crypto'
import { isObject, Malformed } from '../../format/decode-json.ts'

/** What the manifest of a release is to a registry, and the one blob that it refers to. */
export const RELEASE = 'application/vnd.tenfold.release.v2'
export const HEAD = 'application/vnd.tenfold.head.v2+json'
export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const INDEX = 'application/vnd.oci.image.index.v1+json'

/** Returns the head that a manifest has inline. @throws {Malformed} */
export function headOfManifest(bytes: Buffer): Buffer {
  const manifest = parseManifest(bytes)
  const layers: readonly unknown[] = Array.isArray(manifest['layers']) ? manifest['layers'] : []
  const [layer, ...others] = layers
  if (manifest['artifactType'] !== RELEASE || !isObject(layer) || others.length > 0 || layer['mediaType'] !== HEAD) {
    throw new Malformed('its tag names no release of tenfold')
  }
  const { data, digest } = layer
  const head = Buffer.from(typeof data === 'string' ? data : '', 'base64')
  if (typeof data !== 'string' || digest !== digestOf(head)) throw new Malformed('its head is not what its name says')
  return head
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** @throws {Malformed} */
export function parseManifest(bytes: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new Malformed('its manifest is no JSON')
  }
  if (!isObject(value)) throw new Malformed('its manifest is no object')
  return value
}
