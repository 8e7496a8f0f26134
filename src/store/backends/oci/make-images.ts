import { isObject, Malformed } from '../../format/decode-json.ts'
import { type Ref, hexOf, lengthOf } from '../../format/object-ref.ts'
import { HEAD, INDEX, MANIFEST, RELEASE, digestOf, parseManifest } from './release-image.ts'

/** What a registry calls a piece of content. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

/** A manifest, as its bytes and under its name. */
export interface Manifest {
  readonly descriptor: Descriptor
  readonly bytes: Buffer
}

const OBJECT = 'application/vnd.tenfold.object.v2'
const OBJECTS = 'application/vnd.tenfold.objects.v2'
/** The configuration of what is no image; registries refuse a kind of our own. */
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', bytes: Buffer.from('{}') }
/** What every manifest refers to, and has to be uploaded first. */
export const EMPTY_CONFIG = EMPTY.bytes
/** Registries refuse a manifest with more layers than this, some with little more. */
const MAX_LAYERS = 400

/** The manifest of a release: its head, both as a blob and inline, so that a poll is one request. */
export function releaseManifest(head: Buffer): Manifest {
  const layer = { ...describe(HEAD, head), data: head.toString('base64') }
  return imageOf(RELEASE, [layer])
}

/**
 * Splits objects over manifests by the first bits of their digests, so that nothing that a release needs is garbage to
 * the registry, and one change rewrites one of them.
 */
export function keepingManifests(refs: Iterable<Ref>): Manifest[] {
  const objects = [...new Set(refs)].map((ref) => ({ hex: hexOf(ref), size: lengthOf(ref) }))
  objects.sort((a, b) => (a.hex < b.hex ? -1 : 1))
  const layersOf = (parts: typeof objects, bits: number): (typeof objects)[] => {
    if (parts.length <= MAX_LAYERS) return parts.length === 0 ? [] : [parts]
    const isUpper = ({ hex }: { hex: string }): boolean => bitOf(hex, bits)
    return [
      ...layersOf(
        parts.filter((part) => !isUpper(part)),
        bits + 1,
      ),
      ...layersOf(parts.filter(isUpper), bits + 1),
    ]
  }
  return layersOf(objects, 0).map((part) => {
    const layers = part.map(({ hex, size }) => ({ mediaType: OBJECT, digest: `sha256:${hex}`, size }))
    return imageOf(OBJECTS, layers)
  })
}

/** The index under a release's own tag: its manifest, and those that keep its objects. */
export function releaseIndex(release: Manifest, keeping: readonly Descriptor[]): Manifest {
  return manifestOf(INDEX, {
    schemaVersion: 2,
    mediaType: INDEX,
    manifests: [{ ...release.descriptor, artifactType: RELEASE }, ...keeping],
  })
}

/** Returns what keeps the objects in an index. @throws {Malformed} */
export function keepingIn(index: Buffer): Descriptor[] {
  const { manifests } = parseManifest(index)
  if (!Array.isArray(manifests)) throw new Malformed('it is no index of manifests')
  return manifests.slice(1).map((one: unknown) => {
    const { mediaType, digest, size }: Record<string, unknown> = isObject(one) ? one : {}
    if (typeof mediaType !== 'string' || typeof digest !== 'string' || typeof size !== 'number') {
      throw new Malformed('it is no index of manifests')
    }
    return { mediaType, digest, size }
  })
}

function imageOf(artifactType: string, layers: readonly object[]): Manifest {
  const config = { ...describe(EMPTY.mediaType, EMPTY.bytes), data: EMPTY.bytes.toString('base64') }
  return manifestOf(MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, artifactType, config, layers })
}

function manifestOf(mediaType: string, content: object): Manifest {
  const bytes = Buffer.from(JSON.stringify(content))
  return { descriptor: describe(mediaType, bytes), bytes }
}

function describe(mediaType: string, bytes: Buffer): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length }
}

function bitOf(hex: string, bit: number): boolean {
  return ((Number.parseInt(hex[bit >> 2] ?? '0', 16) >> (3 - (bit & 3))) & 1) === 1
}
