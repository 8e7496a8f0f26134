import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type StoredObject, textObject } from '../../src/store/format/object-ref.ts'
import { writeHead } from '../../src/store/format/release-manifest.ts'
import { BucketBackend } from '../../src/store/backends/s3/bucket-backend.ts'
import { KEY, type S3Request, S3Server, refuse } from '../support/s3-server.ts'
import { compiled } from './backends.ts'

/** A bucket with these files, and what takes it for a store. */
async function bucketOf(
  files: Readonly<Record<string, string>>,
): Promise<{ server: S3Server; backend: BucketBackend }> {
  const server = await S3Server.start()
  for (const [path, text] of Object.entries(files)) server.put(`prod/${path}`, Buffer.from(text))
  return { server, backend: new BucketBackend(server.url(), { tries: 1, longestPauseMs: 0, env: KEY }) }
}

describe('deleting', () => {
  const FILES = { 'head.json': 'the head', 'heads/1.json': 'one', 'objects/aa/aa': 'two', 'objects/bb/bb': 'three' }

  test('removes the files, and no others', async () => {
    const { server, backend } = await bucketOf(FILES)
    expect(await backend.deleteFiles(['heads/1.json', 'objects/aa/aa'], Buffer.from('the head'))).toBe(true)
    expect([...server.objects.keys()]).toEqual(['prod/head.json', 'prod/objects/bb/bb'])
    const { headers } = server.requests.find(({ method }) => method === 'POST') ?? {}
    expect(headers?.['content-type']).toBe('application/xml')
  })

  test('removes nothing once the head is another', async () => {
    const { server, backend } = await bucketOf(FILES)
    expect(await backend.deleteFiles(['objects/aa/aa'], Buffer.from('an older head'))).toBe(false)
    expect(server.objects.size).toBe(4)
  })

  test('removes nothing where there is no head', async () => {
    const { server, backend } = await bucketOf({ 'objects/aa/aa': 'two' })
    expect(await backend.deleteFiles(['objects/aa/aa'], Buffer.from('the head'))).toBe(false)
    expect(server.objects.size).toBe(1)
  })

  test('tells which file the server keeps, and why', async () => {
    const { server, backend } = await bucketOf(FILES)
    server.fault = ({ method }, response) => {
      if (method !== 'POST') return undefined
      const error = '<Error><Key>prod/objects/aa/aa</Key><Code>AccessDenied</Code></Error>'
      response.writeHead(200).end(`<DeleteResult>${error}</DeleteResult>`)
      return true
    }
    await expect(backend.deleteFiles(['objects/aa/aa'], Buffer.from('the head'))).rejects.toMatchObject({
      problem: 'unreadable',
      message: `cannot delete prod/objects/aa/aa of ${server.url()}: AccessDenied`,
      help: 'let the key delete below the prefix; nothing that is in use was deleted',
    })
  })

  test.each([
    ['a refusal', 403, 'no', 'the server answered 403'],
    ['an answer that says nothing', 204, '', 'the server answered 204'],
    [
      'an answer too long to be read',
      200,
      'x'.repeat((4 << 20) + 1),
      'the server answered 200 with more than belongs there',
    ],
  ])('fails for %s', async (_, status, body, why) => {
    const { server, backend } = await bucketOf(FILES)
    server.fault = ({ method }, response) => {
      if (method !== 'POST') return undefined
      response.writeHead(status).end(body)
      return true
    }
    await expect(backend.deleteFiles(['objects/aa/aa'], Buffer.from('the head'))).rejects.toMatchObject({
      message: `cannot write the keys of ${server.url()}: ${why}`,
    })
  })
})

describe('listing', () => {
  test('leaves out what a server lists from elsewhere', async () => {
    const { server, backend } = await bucketOf({})
    server.fault = ({ query }, response) => {
      const entry = (key: string): string =>
        `<Contents><Key>${key}</Key><LastModified>2026-01-31T12:00:00Z</LastModified><Size>1</Size></Contents>`
      const list = query.get('prefix') === 'prod/objects/' ? entry('dev/objects/a') + entry('prod/objects/b') : ''
      response.writeHead(200).end(`<ListBucketResult>${list}</ListBucketResult>`)
      return true
    }
    const found = []
    for await (const { path } of backend.listFiles()) found.push(path)
    expect(found).toEqual(['objects/b'])
  })

  test('has all pages of objects and heads, and nothing else', async () => {
    const objects = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`objects/aa/${i}`, 'x'.repeat(i)]))
    const { server, backend } = await bucketOf({ ...objects, 'heads/1.json': 'one', 'head.json': 'two', 'other/x': '' })
    server.put('elsewhere/objects/aa/1', Buffer.from('not ours'))
    const found = []
    for await (const { path, bytes } of backend.listFiles()) found.push([path, bytes])
    const sizes = Object.entries({ ...objects, 'heads/1.json': 'one' }).map(([path, text]) => [path, text.length])
    expect(found.sort()).toEqual(sizes.sort())
  })

  test.each([
    ['a refusal', 403, 'no', 'the server answered 403'],
    [
      'an answer too long to be read',
      200,
      'x'.repeat((4 << 20) + 1),
      'the server answered 200 with more than belongs there',
    ],
  ])('fails for %s', async (_, status, body, why) => {
    const { server, backend } = await bucketOf({})
    server.fault = (_request, response) => {
      response.writeHead(status).end(body)
      return true
    }
    await expect(backend.listFiles().next()).rejects.toMatchObject({
      message: `cannot read the keys of ${server.url()}: ${why}`,
    })
  })
})

test('a file is read, is absent, or is too large to be one of a store', async () => {
  const { server, backend } = await bucketOf({ 'heads/1.json': 'one', 'heads/2.json': 'x'.repeat(65_537) })
  expect((await backend.readFile('heads/1.json'))?.toString()).toBe('one')
  expect(await backend.readFile('heads/3.json')).toBeUndefined()
  await expect(backend.readFile('heads/2.json')).rejects.toThrow(`cannot read heads/2.json of ${server.url()}`)
  server.fault = (_, response) => refuse(response, 403, 'AccessDenied')
  await expect(backend.readFile('heads/1.json')).rejects.toMatchObject({
    message: `cannot read heads/1.json of ${server.url()}: access is denied (the server answered 403 AccessDenied)`,
  })
})

test.each([
  [200, true],
  [201, true],
  [204, true],
  [202, false],
  [400, false],
])('an object whose write is answered by %d is written: %s', async (status, isWritten) => {
  const { server, backend } = await bucketOf({})
  server.fault = (_, response) => {
    response.writeHead(status).end()
    return true
  }
  const staged = backend.stage([textObject('one')])
  if (isWritten) expect(await staged).toEqual([textObject('one')])
  else await expect(staged).rejects.toMatchObject({ message: expect.stringContaining(`the server answered ${status}`) })
})

test('an object that another writes at the same time (409) is written again', async () => {
  const { server, backend } = await bucketOf({})
  let writes = 0
  server.fault = (_, response) => (writes++ === 0 ? refuse(response, 409, 'ConditionalRequestConflict') : undefined)
  expect(await backend.stage([textObject('one')])).toEqual([textObject('one')])
  expect(writes).toBe(2)
})

describe('publishing', () => {
  const isHead = ({ method, key }: S3Request): boolean => method === 'PUT' && key === 'prod/head.json'

  test('writes the objects and the head; who tidies up finds the head again by its label', async () => {
    const { server, backend } = await bucketOf({})
    expect(backend.takesPacks).toBe(true)
    const { head, objects } = await release()
    expect(await backend.publish({ objects, expected: undefined, head })).toEqual({
      done: true,
      written: objects.length,
      reused: 0,
      bytes: objects.reduce((sum, { bytes }) => sum + bytes.length, 0),
    })
    expect([...server.objects.keys()].filter((key) => !key.startsWith('prod/objects/'))).toEqual(['prod/head.json'])
    const label = '1-abc'
    expect(await backend.publish({ objects: [], expected: Buffer.from(head), head, label })).toMatchObject({
      done: true,
    })
    expect(server.objects.get('prod/heads/1-abc.json')?.bytes.toString()).toBe(head)
  })

  test('is not done where another was first, at the last moment', async () => {
    const { server, backend } = await bucketOf({})
    const { head, objects } = await release()
    server.fault = (request, response) => {
      if (!isHead(request)) return undefined
      server.put('prod/head.json', Buffer.from('another head'))
      return refuse(response, 412, 'PreconditionFailed')
    }
    expect(await backend.publish({ objects, expected: undefined, head })).toEqual({ done: false })
    expect(server.objects.get('prod/head.json')?.bytes.toString()).toBe('another head')
  })

  test('is refused the first time on a server that ignores either condition', async () => {
    for (const condition of ['if-match', 'if-none-match']) {
      const { server, backend } = await bucketOf({})
      const { head, objects } = await release()
      server.fault = (request, response) => {
        if (request.method !== 'PUT' || request.headers[condition] === undefined) return undefined
        response.writeHead(200).end()
        return true
      }
      await expect(backend.publish({ objects, expected: undefined, head })).rejects.toMatchObject({
        message: expect.stringContaining(`ignores the conditions of a write (${condition})`),
      })
      expect(server.requests.filter(isHead)).toEqual([])
    }
  })
})

/** A release as a store has it: all that is uploaded, and the head. */
async function release(): Promise<{ head: string; objects: StoredObject[] }> {
  const { store, release: made } = await compiled({})
  const root = await store.read(made.root)
  return { head: writeHead({ ...made, seq: 1 }), objects: [{ ref: made.root, bytes: root }] }
}

test('an object has the digest of its bytes in the signature, and may be kept for ever', async () => {
  const { server, backend } = await bucketOf({})
  const { ref, bytes } = textObject('one')
  expect(await backend.stage([{ ref, bytes }])).toEqual([{ ref, bytes }])
  const [{ headers } = { headers: {} }] = server.requests
  expect(headers).toMatchObject({
    'x-amz-content-sha256': createHash('sha256').update(bytes).digest('hex'),
    'content-type': 'application/octet-stream',
    'cache-control': 'public, max-age=31536000, immutable',
  })
})
