import { expect, test } from 'vitest'
import { publish } from '../../src/release/publish-copy.ts'
import { currentHead } from '../../src/store/backend-types.ts'
import { keepingIn } from '../../src/store/backends/oci/make-images.ts'
import { RegistryBackend } from '../../src/store/backends/oci/registry-backend.ts'
import { type StoredObject, hexOf, textObject } from '../../src/store/format/object-ref.ts'
import { writeHead } from '../../src/store/format/release-manifest.ts'
import { RegistryServer } from '../support/registry-server.ts'
import { compiled } from './backends.ts'

const FAST = { tries: 1, longestPauseMs: 20, env: { HOME: '/nonexistent' } } as const
const objects = (count: number): StoredObject[] => Array.from({ length: count }, (_, i) => textObject(`object ${i}`))

function requestsOf({ requests }: RegistryServer): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { method } of requests) counts[method] = (counts[method] ?? 0) + 1
  return counts
}

/** The digests of what the index of a release keeps. */
function kept(server: RegistryServer, tag: string): string[] {
  const bytes = server.manifests.get(server.tags.get(tag) ?? '')?.bytes ?? Buffer.alloc(0)
  return keepingIn(bytes).flatMap(({ digest }) => {
    const { layers }: { layers: { digest: string }[] } = JSON.parse(
      server.manifests.get(digest)?.bytes.toString() ?? '',
    )
    return layers.map((layer) => layer.digest)
  })
}

test('where the first objects are not there, no other one is asked for', async () => {
  const server = await RegistryServer.start()
  server.takesWhole = true
  await new RegistryBackend(server.url(), FAST).stage(objects(20))
  expect(requestsOf(server)).toEqual({ HEAD: 16, POST: 20 })
  expect(server.blobs.size).toBe(20)
})

test('where one of the first is there, each is asked for, and what is there is not sent', async () => {
  const server = await RegistryServer.start()
  server.takesWhole = true
  for (const { bytes } of [...objects(20).slice(3, 4), ...objects(20).slice(17, 19)]) server.putBlob(bytes)
  await new RegistryBackend(server.url(), FAST).stage(objects(20))
  expect(requestsOf(server)).toEqual({ HEAD: 20, POST: 17 })
  expect(server.blobs.size).toBe(20)
})

test('an object that comes twice is sent once', async () => {
  const server = await RegistryServer.start()
  server.takesWhole = true
  await new RegistryBackend(server.url(), FAST).stage([...objects(2), ...objects(2)])
  expect(requestsOf(server)).toEqual({ HEAD: 2, POST: 2 })
})

test('nobody knows what is there without a request for each', async () => {
  const server = await RegistryServer.start()
  const backend = new RegistryBackend(server.url(), FAST)
  await backend.stage(objects(1))
  expect(await backend.has()).toBe(false)
  expect([backend.takesPacks, backend.isCopy]).toEqual([true, true])
})

test('an object is read once', async () => {
  const server = await RegistryServer.start()
  const [object] = objects(1)
  if (object === undefined) throw new Error('there is none')
  server.putBlob(object.bytes)
  const backend = new RegistryBackend(server.url(), FAST)
  expect([await backend.read(object.ref), await backend.read(object.ref)]).toEqual([object.bytes, object.bytes])
  expect(server.requests).toHaveLength(1)
})

test('a release keeps all that it needs and no more, and the one after it shares the manifests', async () => {
  const server = await RegistryServer.start()
  const first = await compiled({})
  const next = await compiled({ 'accounts/b.yaml': 'id: b\nplan: scale\n' })
  const all = async ({ store }: typeof first): Promise<string[]> => {
    const found: string[] = []
    for await (const { path } of store.listFiles()) {
      const hex = /^objects\/..\/([0-9a-f]{64})$/.exec(path)?.[1]
      if (hex !== undefined) found.push(`sha256:${hex}`)
    }
    return found.sort()
  }
  await publish(first.store, first.release, new RegistryBackend(server.url(), FAST))
  expect(kept(server, 'production.1').sort()).toEqual(await all(first))
  await publish(next.store, next.release, new RegistryBackend(server.url(), FAST))
  expect(kept(server, 'production.2').sort()).toEqual(await all(next))
})

test('where what a release needs cannot be read, all that the one before it kept stays', async () => {
  const server = await RegistryServer.start()
  const { store, release } = await compiled({})
  await publish(store, release, new RegistryBackend(server.url(), FAST))
  const before = kept(server, 'production.1')
  const backend = new RegistryBackend(server.url(), FAST)
  const lost = textObject('a root that is nowhere')
  const added = textObject('what came with it')
  const head = writeHead({ ...release, seq: 2, root: lost.ref })
  const content = async (): Promise<never> => {
    throw new Error('not asked')
  }
  const update = { objects: [added], expected: await currentHead(backend), head }
  await expect(backend.publish({ ...update, content })).rejects.toThrow('not asked')
  server.blobs.delete(`sha256:${hexOf(release.root)}`)
  const done = await backend.publish({ ...update, content: async () => Buffer.from('no root') })
  expect(done).toEqual({ done: true, written: 1, reused: 0, bytes: added.bytes.length })
  expect(kept(server, 'production.2')).toEqual([...before, `sha256:${hexOf(added.ref)}`])
})

test('where the index of the release before is gone or damaged, what the release needs is kept anew', async () => {
  const server = await RegistryServer.start()
  const first = await compiled({})
  const next = await compiled({ 'accounts/b.yaml': 'id: b\nplan: scale\n' })
  await publish(first.store, first.release, new RegistryBackend(server.url(), FAST))
  server.putManifest('production.1', Buffer.from('{"manifests":{}}'))
  await publish(next.store, next.release, new RegistryBackend(server.url(), FAST))
  expect(kept(server, 'production.2').length).toBeGreaterThan(3)
  server.tags.delete('production.2')
  await publish(first.store, first.release, new RegistryBackend(server.url(), FAST))
  expect(kept(server, 'production.3').length).toBeGreaterThan(3)
})

test('another head than the expected one is left as it is', async () => {
  const server = await RegistryServer.start()
  const { store, release } = await compiled({})
  await publish(store, release, new RegistryBackend(server.url(), FAST))
  const [tags, blobs] = [new Map(server.tags), server.blobs.size]
  const head = writeHead({ ...release, seq: 2 })
  const update = { objects: objects(1), head }
  const other = Buffer.from(writeHead({ ...release, seq: 7 }))
  for (const expected of [undefined, other]) {
    expect(await new RegistryBackend(server.url(), FAST).publish({ ...update, expected })).toEqual({ done: false })
  }
  expect(server.tags).toEqual(tags)
  expect(server.blobs.size).toBe(blobs)
})
