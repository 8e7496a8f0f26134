import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { currentHead } from '../../src/store/backend-types.ts'
import { hexOf, textObject, toObject } from '../../src/store/format/object-ref.ts'
import { readHead, writeHead } from '../../src/store/format/release-manifest.ts'
import { keepingIn, keepingManifests, releaseManifest } from '../../src/store/backends/oci/make-images.ts'
import { RegistryBackend } from '../../src/store/backends/oci/registry-backend.ts'
import { RegistryReader } from '../../src/store/backends/oci/registry-reader.ts'
import { publish } from '../../src/release/publish-copy.ts'
import { temporaryFolder } from '../support/config.ts'
import { RegistryServer, digestOf } from '../support/registry-server.ts'
import { wholeStore } from '../support/trust.ts'
import { type Place, backendContract, compiled } from './backends.ts'
import { readerContract } from './contract.ts'

const NOBODY = { HOME: '/nonexistent' }
const FAST = { tries: 3, longestPauseMs: 20, env: NOBODY } as const

/** The digest of an object's path, as a registry has it. */
function digestAt(path: string): string | undefined {
  const hex = /^objects\/..\/([0-9a-f]{64})$/.exec(path)?.[1]
  return hex === undefined ? undefined : `sha256:${hex}`
}

readerContract('a registry', async () => {
  const server = await RegistryServer.start()
  return {
    open: () => new RegistryReader(server.url(), FAST),
    async put(contents) {
      server.blobs.clear()
      server.tags.clear()
      for (const [path, bytes] of Object.entries(contents)) {
        const digest = digestAt(path)
        if (digest !== undefined) server.putBlob(bytes, digest)
        if (path === 'head.json') server.putManifest('production', releaseManifest(Buffer.from(bytes)).bytes)
      }
    },
    async cut() {
      server.stop()
    },
    isForServices: true,
  }
})

async function placeAt(server: RegistryServer): Promise<Place> {
  const plain = new Map<string, string>()
  return {
    open: () => new RegistryBackend(server.url(), FAST),
    async contents() {
      const digest = server.tags.get('production')
      if (digest === undefined) return {}
      const head = await new RegistryReader(server.url(), FAST).head()
      const index = server.manifests.get(server.tags.get(`production.${readHead(head).release.seq}`) ?? '')
      const found: Record<string, string> = { 'head.json': digest }
      for (const keeping of keepingIn(index?.bytes ?? Buffer.alloc(0))) {
        const { layers }: { layers: { digest: string }[] } = JSON.parse(
          server.manifests.get(keeping.digest)?.bytes.toString() ?? '',
        )
        for (const layer of layers) {
          const hex = layer.digest.replace('sha256:', '')
          found[`objects/${hex.slice(0, 2)}/${hex}`] = digestOf(server.blobs.get(layer.digest) ?? Buffer.alloc(0))
        }
      }
      return found
    },
    // A registry has no files beside its own; a tag of somebody else's is the nearest thing.
    async plant(path, text) {
      plain.set(path, text)
      server.putManifest('latest', Buffer.from(JSON.stringify({ schemaVersion: 2, text })))
      return async () => {
        const bytes = server.manifests.get(server.tags.get('latest') ?? '')?.bytes
        const { text: said }: { text?: string } = JSON.parse(bytes?.toString() ?? '{}')
        return said
      }
    },
    async change(path, text) {
      server.putBlob(Buffer.from(text), digestAt(path))
    },
    async refuse() {
      server.fault = ({ method }, response) => {
        if (method !== 'POST' && method !== 'PUT') return undefined
        response.writeHead(403, { 'content-type': 'application/json' }).end('{"errors":[{"code":"DENIED"}]}')
        return true
      }
      return async () => {
        server.fault = () => undefined
      }
    },
    writesAnew: true,
    isCopy: true,
  }
}

backendContract('a registry', async () => placeAt(await RegistryServer.start()))

describe('a registry', () => {
  async function failureOf(work: Promise<unknown>): Promise<unknown> {
    return work.then(
      () => 'no failure',
      (error: unknown) => error,
    )
  }

  test('that takes a blob in one request gets it in one', async () => {
    const server = await RegistryServer.start()
    server.takesWhole = true
    const { store, release } = await compiled({})
    await publish(store, release, new RegistryBackend(server.url(), FAST))
    expect(server.requests.some(({ path }) => path.includes('/blobs/uploads/one'))).toBe(false)
    expect(await wholeStore(new RegistryBackend(server.url(), FAST))).toMatchObject({ problems: [] })
  })

  test('everything that a release needs hangs on its tag, and one change rewrites few of the manifests', async () => {
    const refs = Array.from({ length: 3000 }, (_, i) => textObject(`object ${i}`).ref)
    const before = keepingManifests(refs)
    expect(before.length).toBeGreaterThan(7)
    const layers = before.flatMap(({ bytes }): { digest: string }[] => JSON.parse(bytes.toString()).layers)
    expect(new Set(layers.map(({ digest }) => digest))).toEqual(new Set(refs.map((ref) => `sha256:${hexOf(ref)}`)))
    expect(Math.max(...before.map(({ bytes }) => JSON.parse(bytes.toString()).layers.length))).toBeLessThanOrEqual(400)
    const there = new Set(before.map(({ descriptor }) => descriptor.digest))
    const after = keepingManifests([...refs.slice(1), textObject('another').ref])
    expect(after.filter(({ descriptor }) => !there.has(descriptor.digest)).length).toBeLessThanOrEqual(2)
  })

  test('a user of docker’s own file, a token by the challenge, and a bucket that gets nothing of it', async () => {
    const server = await RegistryServer.start()
    const bucket = await RegistryServer.start()
    server.token = 'the-token'
    const home = temporaryFolder()
    mkdirSync(join(home, '.docker'))
    const auth = Buffer.from('ada:pass:word').toString('base64')
    writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ auths: { [server.host]: { auth } } }))
    const env = { HOME: home }
    const { store, release } = await compiled({})
    await publish(store, release, new RegistryBackend(server.url(), { ...FAST, env }))
    const asked = server.requests.filter(({ path }) => path.startsWith('/token'))
    expect(asked.map(({ headers }) => headers.authorization)).toContain(`Basic ${auth}`)
    expect(asked.map(({ path }) => decodeURIComponent(path)).join()).toContain('repository:acme/settings:pull,push')

    server.blobsAt = (digest) => `http://${bucket.host}/v2/acme/settings/blobs/${digest}`
    for (const [digest, bytes] of server.blobs) bucket.putBlob(bytes, digest)
    const reader = new RegistryReader(server.url(), { ...FAST, env })
    const { root } = readHead(await reader.head()).release
    await reader.read(root)
    expect(bucket.requests).toHaveLength(1)
    expect(Object.keys(bucket.requests[0]?.headers ?? {})).not.toContain('authorization')
  })

  test('that wants the password sent elsewhere does not get it there', async () => {
    const server = await RegistryServer.start()
    server.token = 'x'
    server.realm = 'https://tokens.example.com/token'
    const env = { ...NOBODY, TENFOLD_OCI_USERNAME: 'ada', TENFOLD_OCI_PASSWORD: 'pass-word' }
    const failure = await failureOf(new RegistryReader(server.url(), { ...FAST, env }).head())
    expect(failure).toMatchObject({
      message: expect.stringContaining('wants the password sent to "https://tokens.example.com"'),
      help: expect.stringContaining('TENFOLD_OCI_REALMS=tokens.example.com'),
    })
    expect(JSON.stringify(failure)).not.toContain('pass-word')
  })

  test('whose upload leads elsewhere is refused before anything is sent there', async () => {
    const server = await RegistryServer.start()
    const other = await RegistryServer.start()
    server.fault = ({ method }, response) => {
      if (method !== 'POST') return undefined
      response.writeHead(202, { location: `http://${other.host}/v2/acme/settings/blobs/uploads/one` }).end()
      return true
    }
    const { store, release } = await compiled({})
    const failure = await failureOf(publish(store, release, new RegistryBackend(server.url(), FAST)))
    expect(failure).toMatchObject({ message: expect.stringContaining('wants the upload sent elsewhere') })
    expect(other.requests).toEqual([])
  })

  test.each<readonly [name: string, manifest: Buffer]>([
    ['is an image of somebody else’s', Buffer.from(JSON.stringify({ schemaVersion: 2, layers: [] }))],
    ['is above 4 MiB', Buffer.alloc(5 << 20, ' ')],
    ['is no JSON', Buffer.from('<html>')],
    [
      'names another head than it holds',
      Buffer.from(releaseManifest(Buffer.from('{"a":1}')).bytes.toString().replace('eyJhIjoxfQ==', 'eyJhIjoyfQ==')),
    ],
  ])('a tag that %s is damage', async (_, manifest) => {
    const server = await RegistryServer.start()
    server.putManifest('production', manifest)
    expect(await failureOf(new RegistryReader(server.url(), FAST).head())).toMatchObject({ problem: 'damaged' })
  })

  test('a tag that somebody else moves at the same time is found out, and published over, under the next seq', async () => {
    const server = await RegistryServer.start()
    const { store, release } = await compiled({})
    await publish(store, release, new RegistryBackend(server.url(), FAST))
    const theirs = releaseManifest(Buffer.from(writeHead({ ...release, seq: 2, commit: 'e'.repeat(40) })))
    let moved = 0
    server.fault = ({ method, path }) => {
      if (
        method === 'GET' &&
        path.endsWith('/manifests/production') &&
        server.tags.has('production.2') &&
        moved++ === 0
      ) {
        server.putManifest('production', theirs.bytes)
      }
      return undefined
    }
    const next = await compiled({ 'accounts/b.yaml': 'id: b\nplan: scale\n' })
    const { release: done } = await publish(next.store, next.release, new RegistryBackend(server.url(), FAST))
    expect(done).toMatchObject({ seq: 3, history: [{ seq: 2, commit: 'e'.repeat(40) }] })
  })

  test('renewing a head keeps what its release needs', async () => {
    const server = await RegistryServer.start()
    const backend = new RegistryBackend(server.url(), FAST)
    const { store, release } = await compiled({})
    await publish(store, release, backend)
    const expected = await currentHead(backend)
    const head = writeHead({ ...release, seq: 1, ext: { renewed: true } })
    const before = keepingIn(server.manifests.get(server.tags.get('production.1') ?? '')?.bytes ?? Buffer.alloc(0))
    expect(await backend.publish({ objects: [], expected, head })).toMatchObject({ done: true, written: 0 })
    const after = keepingIn(server.manifests.get(server.tags.get('production.1') ?? '')?.bytes ?? Buffer.alloc(0))
    expect(after).toEqual(before)
    expect((await new RegistryReader(server.url(), FAST).head()).toString()).toBe(head)
  })

  test('a large object comes back', async () => {
    const server = await RegistryServer.start()
    const large = toObject(Buffer.alloc(2_000_000, 'x'))
    server.putBlob(large.bytes)
    expect(await new RegistryReader(server.url(), FAST).read(large.ref)).toHaveLength(2_000_000)
  })
})

/** Debian's registry, where the script of the delivery has started it. */
const REAL = process.env['TENFOLD_TEST_OCI']

if (REAL === undefined) {
  test.skip('Debian’s registry is in test/conformance/delivery.ts, which .ci/run calls', () => {})
} else {
  let count = 0
  const repository = (): string => `oci:${REAL}/acme/settings-${process.pid}-${count++}`

  test('a registry of Debian’s: two releases, each whole, read as a service and as a command does', async () => {
    const url = repository()
    const first = await compiled({})
    const next = await compiled({ 'accounts/b.yaml': 'id: b\nplan: scale\n' })
    expect((await publish(first.store, first.release, new RegistryBackend(url, FAST))).release.seq).toBe(1)
    const reader = new RegistryReader(url, FAST)
    const before = await reader.head()
    expect((await reader.head()).equals(before)).toBe(true)
    expect((await publish(next.store, next.release, new RegistryBackend(url, FAST))).release.seq).toBe(2)
    expect(readHead(await reader.head()).release.seq).toBe(2)
    expect(await wholeStore(new RegistryBackend(url, FAST))).toMatchObject({ problems: [], release: { seq: 2 } })
    const again = await publish(next.store, next.release, new RegistryBackend(url, FAST))
    expect(again.published).toMatchObject({ written: 0 })
  })

  test('20 rounds of 8 racing publishers at a registry, which has no compare-and-swap: losers find out', async () => {
    const url = repository()
    const { release } = await compiled({})
    const root = textObject('never read')
    let lost = 0
    for (let round = 1; round <= 20; round++) {
      const expected = await currentHead(new RegistryBackend(url, FAST))
      const results = await Promise.all(
        Array.from({ length: 8 }, async (_, racer) => {
          const head = writeHead({ ...release, seq: round, commit: `${racer}`.repeat(40) })
          const mine = new RegistryBackend(url, FAST)
          return { head, ...(await mine.publish({ objects: [root], expected, head })) }
        }),
      )
      const there = (await new RegistryReader(url, FAST).head()).toString()
      // Whoever is there knows it; those who were overwritten after they had looked cannot know it yet.
      expect(results.find(({ head }) => head === there)?.done).toBe(true)
      lost += results.filter(({ done }) => !done).length
    }
    expect(lost).toBeGreaterThan(0)
  })
}
