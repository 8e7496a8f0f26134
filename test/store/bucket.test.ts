import { createHash } from 'node:crypto'
import { AwsClient } from 'aws4fetch'
import { describe, expect, test } from 'vitest'
import { type Backend, currentHead } from '../../src/store/backend-types.ts'
import { pathOf, textObject } from '../../src/store/format/object-ref.ts'
import { readHead, writeHead } from '../../src/store/format/release-manifest.ts'
import { BucketBackend } from '../../src/store/backends/s3/bucket-backend.ts'
import { BucketReader } from '../../src/store/backends/s3/bucket-reader.ts'
import { publish } from '../../src/release/publish-copy.ts'
import { type SweepRequest, sweepStore } from '../../src/release/sweep-store.ts'
import { KEY, S3Server, refuse } from '../support/s3-server.ts'
import { wholeStore } from '../support/trust.ts'
import { type Place, backendContract, compiled } from './backends.ts'
import { type ReadPlace, readerContract } from './contract.ts'

const FAST = { tries: 3, longestPauseMs: 20, env: KEY } as const

function readPlace(server: S3Server): ReadPlace {
  return {
    open: () => new BucketReader(server.url(), FAST),
    async put(contents) {
      server.objects.clear()
      for (const [path, bytes] of Object.entries(contents)) server.put(`prod/${path}`, bytes)
    },
    async cut() {
      server.stop()
    },
    isForServices: true,
  }
}

readerContract('a bucket', async () => readPlace(await S3Server.start()))

backendContract('a bucket', async (): Promise<Place> => {
  const server = await S3Server.start()
  return {
    open: () => new BucketBackend(server.url(), FAST),
    async contents() {
      const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
      return Object.fromEntries(
        [...server.objects].map(([key, { bytes }]) => [key.replace('prod/', ''), digest(bytes)]),
      )
    },
    async plant(path, text) {
      server.put(`prod/${path}`, Buffer.from(text))
      return async () => server.objects.get(`prod/${path}`)?.bytes.toString()
    },
    async change(path, text) {
      server.put(`prod/${path}`, Buffer.from(text))
    },
    async refuse() {
      server.fault = ({ method }, response) => (method === 'PUT' ? refuse(response, 403, 'AccessDenied') : undefined)
      return async () => {
        server.fault = () => undefined
      }
    },
    writesAnew: true,
    keepsHeads: true,
  }
})

/** The servers that the script of the delivery has started: a URL and a key each. */
const SERVERS: readonly {
  readonly name: string
  readonly endpoint: string
  readonly id: string
  readonly secret: string
}[] = JSON.parse(process.env['TENFOLD_TEST_S3'] ?? '[]')

if (SERVERS.length === 0) {
  test.skip('the contract on moto and versitygw is in test/conformance/delivery.ts, which .ci/run calls', () => {})
}
for (const [i, { name, endpoint, id, secret }] of SERVERS.entries()) {
  const env = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret }
  const client = new AwsClient({ accessKeyId: id, secretAccessKey: secret, service: 's3', region: 'us-east-1' })
  let count = 0
  /** A bucket of its own. */
  const bucket = async (): Promise<string> => {
    const bucketName = `settings-${i}-${process.pid}-${count++}`
    const { status } = await client.fetch(`${endpoint}/${bucketName}`, { method: 'PUT' })
    if (status !== 200) throw new Error(`${name} makes no bucket: ${status}`)
    return bucketName
  }
  const keysIn = async (of: string): Promise<string[]> => {
    const list = await (await client.fetch(`${endpoint}/${of}?list-type=2&max-keys=1000`)).text()
    return [...list.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key)
  }
  const put = async (of: string, key: string, bytes: Uint8Array): Promise<void> => {
    const { status } = await client.fetch(`${endpoint}/${of}/${key}`, { method: 'PUT', body: new Uint8Array(bytes) })
    if (status !== 200) throw new Error(`${name} takes no object: ${status}`)
  }
  const urlOf = (of: string): string => `s3:${of}/prod?endpoint=${endpoint}`

  readerContract(`a bucket of ${name}`, async () => {
    const of = await bucket()
    let isCut = false
    return {
      open: () => new BucketReader(isCut ? `s3:${of}/prod?endpoint=http://127.0.0.1:1` : urlOf(of), { ...FAST, env }),
      async put(contents) {
        for (const key of await keysIn(of)) await client.fetch(`${endpoint}/${of}/${key}`, { method: 'DELETE' })
        for (const [path, bytes] of Object.entries(contents)) await put(of, `prod/${path}`, bytes)
      },
      async cut() {
        isCut = true
      },
      isForServices: true,
    }
  })

  backendContract(`a bucket of ${name}`, async () => {
    const of = await bucket()
    const read = async (key: string): Promise<Buffer | undefined> => {
      const answer = await client.fetch(`${endpoint}/${of}/${key}`)
      return answer.status === 200 ? Buffer.from(await answer.arrayBuffer()) : undefined
    }
    return {
      open: () => new BucketBackend(urlOf(of), { ...FAST, env }),
      async contents() {
        const found: Record<string, string> = {}
        for (const key of await keysIn(of)) {
          found[key.replace('prod/', '')] = createHash('sha256')
            .update((await read(key)) ?? '')
            .digest('hex')
        }
        return found
      },
      async plant(path, text) {
        await put(of, `prod/${path}`, Buffer.from(text))
        return async () => (await read(`prod/${path}`))?.toString()
      },
      change: (path, text) => put(of, `prod/${path}`, Buffer.from(text)),
      writesAnew: true,
      keepsHeads: true,
    }
  })

  test(`20 rounds of 8 racing publishers on ${name}: one winner each, and nothing is lost`, async () => {
    const target = urlOf(await bucket())
    const { release, store } = await compiled({})
    const root = textObject('never read')
    await publish(store, release, new BucketBackend(target, { ...FAST, env }))
    for (let round = 2; round <= 21; round++) {
      const expected = await currentHead(new BucketBackend(target, { ...FAST, env }))
      const results = await Promise.all(
        Array.from({ length: 8 }, async (_, racer) => {
          const mine = new BucketBackend(target, { ...FAST, env })
          const head = writeHead({ ...release, seq: round, commit: `${racer}`.repeat(40) })
          return { head, ...(await mine.publish({ objects: [root], expected, head })) }
        }),
      )
      const winners = results.filter(({ done }) => done)
      expect(winners).toHaveLength(1)
      expect((await new BucketBackend(target, { ...FAST, env }).head()).toString()).toBe(winners[0]?.head)
    }
    expect((await publish(store, release, new BucketBackend(target, { ...FAST, env }))).release.seq).toBe(22)
  })

  test(`a wrong key is told by ${name} as what it is`, async () => {
    const wrong = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: 'another' }
    const reader = new BucketReader(urlOf(await bucket()), { ...FAST, env: wrong })
    // moto verifies no signature unless it is asked to.
    const failure: unknown = await reader.head().catch((error: unknown) => error)
    if (name === 'versitygw') expect(failure).toMatchObject({ message: expect.stringMatching(/secret access key/) })
  })
}

describe('a server of buckets', () => {
  async function placed(): Promise<{ server: S3Server; open: () => BucketBackend }> {
    const server = await S3Server.start()
    return { server, open: () => new BucketBackend(server.url(), FAST) }
  }

  async function failureOf(work: Promise<unknown>): Promise<unknown> {
    return work.then(
      () => 'no failure',
      (error: unknown) => error,
    )
  }

  test('that ignores conditions is refused at the first publish, and has no head', async () => {
    const { server, open } = await placed()
    server.ignoresConditions = true
    const { store, release } = await compiled({})
    expect(await failureOf(publish(store, release, open()))).toMatchObject({
      kind: 'world',
      message: expect.stringContaining('ignores the conditions of a write'),
      help: expect.stringContaining('GCS'),
    })
    expect(server.objects.has('prod/head.json')).toBe(false)
  })

  test('that has begun to ignore them is refused at the next one, and the head stays', async () => {
    const { server, open } = await placed()
    const first = await compiled({})
    await publish(first.store, first.release, open())
    const head = server.objects.get('prod/head.json')?.bytes
    server.ignoresConditions = true
    const next = await compiled({ 'accounts/b.yaml': 'id: b\nplan: scale\n' })
    expect(await failureOf(publish(next.store, next.release, open()))).toMatchObject({
      kind: 'world',
      message: expect.stringContaining('(if-match)'),
    })
    expect(server.objects.get('prod/head.json')?.bytes).toEqual(head)
  })

  test.each([
    ['RequestTimeTooSkewed', 403, /clock is 20 minutes ahead of the server’s/],
    ['ExpiredToken', 400, /the session token has expired/],
    ['SignatureDoesNotMatch', 403, /secret access key is not the one/],
    ['InvalidAccessKeyId', 403, /nobody has the access key id/],
    ['AccessDenied', 403, /access is denied/],
    ['NoSuchBucket', 404, /there is no such bucket/],
    ['Odd', 418, /the server answered 418 Odd/],
  ])('says %s as what it is', async (code, status, words) => {
    const { server, open } = await placed()
    server.fault = (_, response) => {
      response.setHeader('date', new Date(Date.now() - 20 * 60_000).toUTCString())
      return refuse(response, status, code)
    }
    const failure = await failureOf(open().head())
    expect(failure).toMatchObject({
      problem: 'unreadable',
      message: expect.stringMatching(words),
      help: expect.stringMatching(/\S/),
    })
    expect(String(failure)).not.toContain('a-secret')
  })

  test('that leads elsewhere is not followed, and nobody else gets the signature or the token', async () => {
    const other = await S3Server.start()
    const { server } = await placed()
    server.fault = (_, response) => {
      response.writeHead(307, { location: `${other.endpoint}/settings/prod/head.json` }).end()
      return true
    }
    const reader = new BucketReader(server.url(), { ...FAST, env: { ...KEY, AWS_SESSION_TOKEN: 'a-token' } })
    expect(await failureOf(reader.head())).toMatchObject({ message: expect.stringContaining('leads elsewhere') })
    expect(server.requests[0]?.headers['x-amz-security-token']).toBe('a-token')
    expect(other.requests).toEqual([])
  })

  test('names the region of a bucket', async () => {
    const { server, open } = await placed()
    server.fault = (_, response) => {
      return refuse(response, 301, 'PermanentRedirect', '<Region>eu-west-1</Region>')
    }
    expect(await failureOf(open().head())).toMatchObject({ help: 'add region=eu-west-1 to the URL' })
  })

  test('that has too many requests is waited for, as long as it asks', async () => {
    const { server, open } = await placed()
    let refused = 0
    server.fault = ({ method }, response) => {
      if (method !== 'PUT' || refused++ > 3) return undefined
      response.setHeader('retry-after', '0')
      return refuse(response, refused % 2 === 0 ? 503 : 429, 'SlowDown')
    }
    const { store, release } = await compiled({})
    expect((await publish(store, release, open())).release.seq).toBe(1)
    expect(await wholeStore(open())).toMatchObject({ problems: [] })
  })

  test('that resets the connection after it has said 200 is asked again', async () => {
    const { server, open } = await placed()
    const { store, release } = await compiled({})
    await publish(store, release, open())
    let cut = 0
    server.fault = ({ method, key }, response) => {
      if (method !== 'GET' || cut++ > 1) return undefined
      const bytes = server.objects.get(key)?.bytes ?? Buffer.alloc(0)
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, 10), () => response.destroy())
      return true
    }
    expect(readHead(await open().head()).release.seq).toBe(1)
    expect(cut).toBeGreaterThan(1)
  })

  test.each<readonly [name: string, isDone: boolean]>([
    ['was written although its answer was lost', true],
    ['was not written, and its answer was lost', false],
  ])('a head that %s: the release is there once', async (_, isDone) => {
    const { server, open } = await placed()
    const { store, release } = await compiled({})
    let lost = 0
    server.fault = ({ method, key, body }, response) => {
      if (method !== 'PUT' || key !== 'prod/head.json' || lost++ > 0) return undefined
      if (isDone) server.put(key, body)
      response.destroy()
      return true
    }
    expect((await publish(store, release, open())).release.seq).toBe(1)
    expect(readHead(server.objects.get('prod/head.json')?.bytes ?? Buffer.alloc(0)).release.seq).toBe(1)
  })

  test('a write at the same time (409) is tried again', async () => {
    const { server, open } = await placed()
    const { store, release } = await compiled({})
    let conflicts = 0
    server.fault = ({ method, key }, response) => {
      if (method !== 'PUT' || key !== 'prod/head.json' || conflicts++ > 1) return undefined
      return refuse(response, 409, 'ConditionalRequestConflict')
    }
    expect((await publish(store, release, open())).release.seq).toBe(1)
    expect(conflicts).toBe(3)
  })

  test('a token that expires amid the objects: nothing is published, and the next run uses what is there', async () => {
    const { server, open } = await placed()
    const { store, release } = await compiled({})
    let puts = 0
    server.fault = ({ method }, response) => {
      return method === 'PUT' && puts++ > 2 ? refuse(response, 400, 'ExpiredToken') : undefined
    }
    expect(await failureOf(publish(store, release, open()))).toMatchObject({
      message: expect.stringContaining('the session token has expired'),
      help: expect.stringContaining('nothing was published'),
    })
    expect(await currentHead(open())).toBeUndefined()
    server.fault = () => undefined
    expect((await publish(store, release, open())).release.seq).toBe(1)
  })

  test('503 in the middle of many objects, for ever: told, and nothing is published', async () => {
    const { server, open } = await placed()
    const { store, release } = await compiled({})
    let puts = 0
    server.fault = ({ method }, response) => {
      return method === 'PUT' && puts++ > 4 ? refuse(response, 503, 'ServiceUnavailable') : undefined
    }
    expect(await failureOf(publish(store, release, open()))).toMatchObject({
      kind: 'world',
      message: expect.stringContaining('the server answered 503'),
    })
    expect(await currentHead(open())).toBeUndefined()
  })

  test('what a CDN is told: the head is asked for each time, an object never again', async () => {
    const { server, open } = await placed()
    const { store, release } = await compiled({})
    await publish(store, release, open())
    const control = (key: string): string | undefined => server.objects.get(`prod/${key}`)?.headers['cache-control']
    expect(control('head.json')).toBe('no-cache')
    expect(control(pathOf(release.root))).toBe('public, max-age=31536000, immutable')
  })

  test('one change is six writes, one of them to see that the server knows conditions, and few reads', async () => {
    const { server, open } = await placed()
    const first = await compiled({})
    await publish(first.store, first.release, open())
    const next = await compiled({ 'accounts/b.yaml': 'id: b\nplan: scale\n' })
    server.requests.length = 0
    await publish(next.store, next.release, open())
    const by = (method: string): number => server.requests.filter((request) => request.method === method).length
    // The root, the leaf and its provenance; the head, and its copy under its own name.
    expect(by('PUT')).toBe(3 + 2 + 1)
    // Its head, and what it had: here another compile's, so that the source does not have it too.
    expect(by('GET')).toBe(3)
    expect(server.requests).toHaveLength(by('PUT') + by('GET'))
  })

  test('without a key: told, with the variables', async () => {
    const server = await S3Server.start()
    const reader = new BucketReader(server.url(), { ...FAST, env: {} })
    expect(await failureOf(reader.head())).toMatchObject({
      message: 'AWS_ACCESS_KEY_ID is not set',
      help: expect.stringContaining('AWS_SECRET_ACCESS_KEY'),
    })
  })
})

describe('sweeping a bucket', () => {
  const DAY = 86_400_000

  test('keeps what a release reaches that was current within the age, and the last six; nothing else', async () => {
    const server = await S3Server.start()
    const open = (): Backend => new BucketBackend(server.url(), FAST)
    const start = Date.now() - 100 * DAY
    let day = 0
    server.now = () => start + day * DAY
    for (; day < 20; day += 1) {
      const next = await compiled({ 'accounts/b.yaml': `id: b\nplan: scale\nname: "${day}"\n` })
      await publish(next.store, next.release, open())
    }
    server.put('prod/README.md', Buffer.from('not ours'), start)
    const before = new Set(server.objects.keys())
    const request = { ageMs: 30 * DAY, now: start + 100 * DAY, isDry: true }
    const verified = await sweepOf(open(), request)
    expect(new Set(server.objects.keys())).toEqual(before)
    const swept = await sweepOf(open(), { ...request, isDry: false })
    expect(swept).toEqual(verified)
    expect(swept.deleted).toBeGreaterThan(20)
    expect(server.objects.has('prod/README.md')).toBe(true)
    expect(await wholeStore(open())).toMatchObject({ problems: [], release: { seq: 20 } })
    const heads = [...server.objects.keys()].filter((key) => key.startsWith('prod/heads/'))
    expect(heads).toHaveLength(6)
    // Each of them is whole.
    for (const key of heads) {
      const { root } = readHead(server.objects.get(key)?.bytes ?? Buffer.alloc(0)).release
      expect(server.objects.has(`prod/${pathOf(root)}`)).toBe(true)
    }
  })

  test('a publisher that comes between is seen: what its release needs stays', async () => {
    const server = await S3Server.start()
    const open = (): Backend => new BucketBackend(server.url(), FAST)
    const start = Date.now() - 100 * DAY
    server.now = () => start
    const old = await compiled({ 'accounts/b.yaml': 'id: b\nplan: scale\n' })
    await publish(old.store, old.release, open())
    for (let i = 0; i < 12; i++) {
      const next = await compiled({ 'accounts/b.yaml': `id: b\nplan: scale\nname: "${i}"\n` })
      await publish(next.store, next.release, open())
    }
    server.now = Date.now
    let hasCome = false
    const target = new BucketBackend(server.url(), FAST)
    const slow: Backend = {
      url: target.url,
      takesPacks: true,
      head: () => target.head(),
      has: () => target.has(),
      read: (ref) => target.read(ref),
      publish: (update) => target.publish(update),
      listFiles: () => target.listFiles(),
      readFile: (path) => target.readFile(path),
      async deleteFiles(paths: readonly string[], head: Uint8Array) {
        if (!hasCome) {
          hasCome = true
          await publish(old.store, old.release, open())
        }
        return target.deleteFiles(paths, head)
      },
    }
    await sweepOf(slow, { ageMs: DAY, now: Date.now(), isDry: false })
    expect(hasCome).toBe(true)
    expect(await wholeStore(open())).toMatchObject({ problems: [], release: { root: old.release.root } })
  })

  function sweepOf(target: Backend, request: SweepRequest): ReturnType<typeof sweepStore> {
    return sweepStore(target, async (bytes) => readHead(bytes).release, request)
  }
})
