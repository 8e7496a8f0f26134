import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../src/sdk/open-store.ts'
import { openBackend } from '../../src/store/open-backend.ts'
import { type StorePlace, parseStoreUrl } from '../../src/store/parse-store-url.ts'

const PLACES: readonly (readonly [url: string, place: StorePlace])[] = [
  ['file:a/b', { is: 'folder', folder: 'a/b' }],
  ['file:/a/b', { is: 'folder', folder: '/a/b' }],
  ['file:///a%20b', { is: 'folder', folder: '/a b' }],
  ['file:', { is: 'folder', folder: undefined }],
  ['file://another.machine/a', { is: 'folder', folder: undefined }],
  ['git:origin#x', { is: 'branch', place: { remote: 'origin', branch: 'x' } }],
  ['git:-x#y', { is: 'branch', place: undefined }],
  ['https://example.org/a', { is: 'server' }],
  ['HTTP://example.org/a', { is: 'server' }],
  ['a/b', { is: 'path' }],
  ['', { is: 'path' }],
  ['C:\\a', { is: 'path' }],
  ['c:a', { is: 'path' }],
  ['s3://settings/b', { is: 'bucket' }],
  ['s3:settings', { is: 'bucket' }],
  ['oci:a.example/b:c', { is: 'registry' }],
  ['gs://a/b', { is: 'unknown', scheme: 'gs' }],
  ['FILE:a', { is: 'unknown', scheme: 'FILE' }],
]

test.each(PLACES)('%j', (url, place) => {
  expect(parseStoreUrl(url)).toEqual(place)
})

test('a command and a service open the same places, and each refuses others in its own words', () => {
  for (const [url, place] of PLACES) {
    if (place.is === 'bucket' || place.is === 'registry') {
      expect([openBackend(url).url, openStore(url).url]).toEqual([url, url])
      continue
    }
    const isNamed = (place.is === 'folder' && place.folder !== undefined) || (place.is === 'branch' && place.place)
    if (isNamed) {
      expect(openBackend(url).url, url).toBe(place.is === 'folder' ? `file:${resolve(place.folder ?? '')}` : url)
      expect(openStore(url).url, url).toBe(url)
      continue
    }
    if (place.is === 'path' && url !== '') expect(openBackend(url).url).toBe(`file:${resolve(url)}`)
    else expect(() => openBackend(url), url).toThrow(expect.objectContaining({ name: 'Failure', kind: 'usage' }))
    if (url !== 'https://example.org/a') {
      expect(() => openStore(url), url).toThrow(expect.objectContaining({ code: 'unsupported_store' }))
    }
  }
})
