import { describe, expect, test } from 'vitest'
import { keepingIn, keepingManifests, releaseIndex, releaseManifest } from '../../src/store/backends/oci/make-images.ts'
import { headOfManifest } from '../../src/store/backends/oci/release-image.ts'
import { Malformed } from '../../src/store/format/decode-json.ts'
import { type Ref, hexOf, lengthOf, textObject } from '../../src/store/format/object-ref.ts'
import { digestOf } from '../support/registry-server.ts'

const REFS: readonly Ref[] = Array.from({ length: 1_500 }, (_, i) => textObject(`object ${i}`).ref)
const HEAD = Buffer.from('{"a":1}')

interface Layers {
  readonly layers: readonly { readonly mediaType: string; readonly digest: string; readonly size: number }[]
}

function layersOf({ bytes }: { readonly bytes: Buffer }): Layers['layers'] {
  const { layers }: Layers = JSON.parse(bytes.toString())
  return layers
}

describe('the manifests that keep objects', () => {
  test('are one up to 400 objects, in the order of their digests, whatever order they come in', () => {
    const [one, ...others] = keepingManifests(REFS.slice(0, 400))
    expect(others).toEqual([])
    expect(one && layersOf(one)).toEqual(
      REFS.slice(0, 400)
        .toSorted((a, b) => (hexOf(a) < hexOf(b) ? -1 : 1))
        .map((ref) => {
          return { mediaType: 'application/vnd.tenfold.object.v2', digest: `sha256:${hexOf(ref)}`, size: lengthOf(ref) }
        }),
    )
    expect(keepingManifests(REFS.slice(0, 400).toReversed())).toEqual([one])
    expect(keepingManifests([...REFS.slice(0, 400), ...REFS.slice(0, 9)])).toEqual([one])
  })

  test('are two from 401 on, by the first bit', () => {
    const all = keepingManifests(REFS.slice(0, 401))
    expect(all).toHaveLength(2)
    for (const [i, one] of all.entries()) {
      for (const { digest } of layersOf(one)) expect(Number.parseInt(digest.charAt(7), 16) >> 3).toBe(i)
    }
  })

  test('are split by one bit after another, and are in the order of the digests', () => {
    const all = keepingManifests(REFS)
    expect(all.length).toBeGreaterThanOrEqual(4)
    const digests = all.flatMap((one) => layersOf(one).map(({ digest }) => digest))
    expect(digests).toEqual(REFS.map((ref) => `sha256:${hexOf(ref)}`).sort())
    // Where a quarter of them is too much for one, that quarter alone is split again.
    const firsts = all.map((one) => layersOf(one)[0]?.digest.slice(7, 8))
    expect(firsts).toEqual(['0', '4', '8', 'a', 'c'])
  })

  test('are none for nothing', () => {
    expect(keepingManifests([])).toEqual([])
  })

  test('are described as a registry needs it', () => {
    const [one] = keepingManifests(REFS.slice(0, 1))
    if (one === undefined) throw new Error('there is none')
    const { bytes, descriptor } = one
    expect(descriptor).toEqual({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: digestOf(bytes),
      size: bytes.length,
    })
    expect(JSON.parse(bytes.toString())).toMatchObject({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.tenfold.objects.v2',
      config: {
        mediaType: 'application/vnd.oci.empty.v1+json',
        digest: digestOf(Buffer.from('{}')),
        size: 2,
        data: 'e30=',
      },
    })
  })
})

describe('the index of a release', () => {
  const image = releaseManifest(HEAD)
  const keeping = keepingManifests(REFS.slice(0, 401)).map(({ descriptor }) => descriptor)

  test('has the release first, and then what keeps its objects', () => {
    const { bytes, descriptor } = releaseIndex(image, keeping)
    expect(descriptor.mediaType).toBe('application/vnd.oci.image.index.v1+json')
    expect(JSON.parse(bytes.toString())).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ ...image.descriptor, artifactType: 'application/vnd.tenfold.release.v2' }, ...keeping],
    })
    expect(keepingIn(bytes)).toEqual(keeping)
  })

  test.each([
    ['{}', 'it is no index of manifests'],
    ['{"manifests":{}}', 'it is no index of manifests'],
    ['{"manifests":[{},5]}', 'it is no index of manifests'],
    ['{"manifests":[{},{"mediaType":"a","digest":"b"}]}', 'it is no index of manifests'],
    ['{"manifests":[{},{"mediaType":"a","size":1}]}', 'it is no index of manifests'],
    ['{"manifests":[{},{"digest":"b","size":1}]}', 'it is no index of manifests'],
    ['{"manifests":[{},{"mediaType":"a","digest":"b","size":"1"}]}', 'it is no index of manifests'],
    ['[]', 'its manifest is no object'],
    ['{', 'its manifest is no JSON'],
  ])('is not %s', (text, message) => {
    expect(() => keepingIn(Buffer.from(text))).toThrow(new Malformed(message))
  })

  test('of nothing keeps nothing', () => {
    expect(keepingIn(Buffer.from('{"manifests":[]}'))).toEqual([])
    expect(keepingIn(Buffer.from('{"manifests":[{"a":1}]}'))).toEqual([])
  })
})

describe('the manifest of a release', () => {
  const image = releaseManifest(HEAD)

  test('has the head both as a blob and inline', () => {
    expect(layersOf(image)).toEqual([
      {
        mediaType: 'application/vnd.tenfold.head.v2+json',
        digest: digestOf(HEAD),
        size: HEAD.length,
        data: HEAD.toString('base64'),
      },
    ])
    expect(headOfManifest(image.bytes)).toEqual(HEAD)
  })

  const NO_RELEASE = 'its tag names no release of tenfold'
  const OTHER_HEAD = 'its head is not what its name says'
  test.each([
    [{ artifactType: 'x' }, NO_RELEASE],
    [{ layers: [] }, NO_RELEASE],
    [{ layers: undefined }, NO_RELEASE],
    [{ layers: ['a'] }, NO_RELEASE],
    [{ layers: [...layersOf(image), ...layersOf(image)] }, NO_RELEASE],
    [{ layers: layersOf(image).map((layer) => ({ ...layer, mediaType: 'x' })) }, NO_RELEASE],
    [{ layers: layersOf(image).map((layer) => ({ ...layer, data: 5 })) }, OTHER_HEAD],
    [
      { layers: layersOf(image).map((layer) => ({ ...layer, data: undefined, digest: digestOf(Buffer.of()) })) },
      OTHER_HEAD,
    ],
    [{ layers: layersOf(image).map((layer) => ({ ...layer, data: 'e30=' })) }, OTHER_HEAD],
  ])('is not one with %j', (members, message) => {
    const manifest: object = { ...JSON.parse(image.bytes.toString()), ...members }
    expect(() => headOfManifest(Buffer.from(JSON.stringify(manifest)))).toThrow(new Malformed(message))
  })
})
