import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { RegistryReader } from '../../src/store/backends/oci/registry-reader.ts'
import { RegistryWriter } from '../../src/store/backends/oci/registry-writer.ts'
import { parseRegistryUrl } from '../../src/store/backends/oci/registry-place.ts'
import { releaseManifest } from '../../src/store/backends/oci/make-images.ts'
import { textObject } from '../../src/store/format/object-ref.ts'
import { RegistryServer, digestOf } from '../support/registry-server.ts'

const NOBODY = { HOME: '/nonexistent' }
const ADA = { ...NOBODY, TENFOLD_OCI_USERNAME: 'ada', TENFOLD_OCI_PASSWORD: 'pass:word' }
const FAST = { tries: 1, longestPauseMs: 20, env: NOBODY } as const
const BYTES = Buffer.from('an object')
const HEAD = Buffer.from('{"a":1}')
const ABOUT_BLOB = `read ${digestOf(BYTES)} of`
const BUSY = 'run it again in a minute: what was uploaded is used'
const LOGS = 'see the registry’s own logs; the release before is still there'
const DENIED = 'set TENFOLD_OCI_USERNAME and TENFOLD_OCI_PASSWORD, or `docker login`, as somebody who may do that'
const NETWORK = 'check the registry’s URL and the network, and run it again: the release before is still there'

function writerOf(server: RegistryServer, env: Readonly<Record<string, string>> = NOBODY): RegistryWriter {
  return new RegistryWriter(server.url(), parseRegistryUrl(server.url()), { ...FAST, env })
}

async function failureOf(work: Promise<unknown>): Promise<{ message: string; help: string }> {
  try {
    await work
  } catch (error) {
    if (error instanceof Error && 'help' in error) return { message: error.message, help: String(error.help) }
    throw error
  }
  throw new Error('it did not fail')
}

type Answer = readonly [status: number, headers?: Record<string, string>, body?: string]

/** Gives these answers, one after another, to requests of a method whose path has this text. */
function answers(server: RegistryServer, method: string, text: string, ...given: Answer[]): void {
  const left = [...given]
  server.fault = (request, response: ServerResponse) => {
    const next = request.method === method && request.path.includes(text) ? left.shift() : undefined
    if (next === undefined) return undefined
    const [status, headers = {}, body = ''] = next
    response.writeHead(status, headers).end(body)
    return true
  }
}

describe('a blob', () => {
  test.each<[status: number, body: string, why: string, help: string]>([
    [500, '', 'the registry answered 500', BUSY],
    [503, '{"errors":[{"code":"UNAVAILABLE"}]}', 'the registry answered 503 UNAVAILABLE', BUSY],
    [429, '{"errors":[{"code" : "TOOMANYREQUESTS"}]}', 'the registry answered 429 TOOMANYREQUESTS', BUSY],
    [400, '{"errors":[{"code":"x"}]}', 'the registry answered 400', LOGS],
    [206, 'an', 'the registry answered 206', LOGS],
    [304, '', 'the registry answered 304', LOGS],
    [403, '{"errors":[{"code":"DENIED"}]}', 'access is denied (the registry answered 403 DENIED)', DENIED],
    [401, '', 'access is denied (the registry answered 401)', DENIED],
    [300, '', 'the registry answered 300', LOGS],
  ])('that is answered with %i %s', async (status, body, why, help) => {
    const server = await RegistryServer.start()
    answers(server, 'GET', '/blobs/', [status, {}, body])
    const failure = await failureOf(writerOf(server).blob(digestOf(BYTES), 100))
    expect(failure).toEqual({ message: `cannot ${ABOUT_BLOB} ${server.url()}: ${why}`, help })
  })

  test.each([404, 410])('that is answered with %i is absent', async (status) => {
    const server = await RegistryServer.start()
    answers(server, 'GET', '/blobs/', [status])
    expect(await writerOf(server).blob(digestOf(BYTES), 100)).toBe('absent')
  })

  test('is no longer than it may be', async () => {
    const server = await RegistryServer.start()
    server.putBlob(BYTES)
    expect(await writerOf(server).blob(digestOf(BYTES), BYTES.length)).toEqual(BYTES)
    expect(await writerOf(server).blob(digestOf(BYTES), BYTES.length - 1)).toBe('unfit')
  })

  test.each([301, 302, 303, 307, 308])('is followed where it is, by %i', async (status) => {
    const server = await RegistryServer.start()
    const bucket = await RegistryServer.start()
    bucket.putBlob(BYTES)
    const there = `http://${bucket.host}/v2/acme/settings/blobs/${digestOf(BYTES)}`
    answers(server, 'GET', '/blobs/', [status, { location: there }])
    expect(await writerOf(server).blob(digestOf(BYTES), 100)).toEqual(BYTES)
  })

  test('is followed to a path of the same server, three times', async () => {
    const server = await RegistryServer.start()
    server.putBlob(BYTES)
    const to = (n: number): Answer => [307, { location: `../blobs/${digestOf(BYTES)}?${n}` }]
    answers(server, 'GET', '/blobs/', to(1), to(2), to(3))
    expect(await writerOf(server).blob(digestOf(BYTES), 100)).toEqual(BYTES)
    answers(server, 'GET', '/blobs/', to(1), to(2), to(3), to(4))
    expect((await failureOf(writerOf(server).blob(digestOf(BYTES), 100))).message).toContain('it leads in a circle')
  })

  test.each([
    ['http://elsewhere.example.com/x', 'it leads to "http://elsewhere.example.com"'],
    ['https://ada@elsewhere.example.com/x', 'it leads to "https://elsewhere.example.com"'],
    ['https://:b@elsewhere.example.com/x', 'it leads to "https://elsewhere.example.com"'],
    ['file:///etc/passwd', 'it leads to "null"'],
    ['http://[', 'it leads to what is no URL'],
  ])('is not followed to %s', async (location, why) => {
    const server = await RegistryServer.start()
    answers(server, 'GET', '/blobs/', [307, { location }])
    const failure = await failureOf(writerOf(server).blob(digestOf(BYTES), 100))
    expect(failure).toEqual({ message: `cannot ${ABOUT_BLOB} ${server.url()}: ${why}`, help: NETWORK })
  })

  test.each<[what: string, answer: Answer, is: boolean]>([
    ['found', [200], true],
    ['elsewhere', [307, { location: 'https://elsewhere.example.com' }], true],
    ['not found', [404], false],
  ])('is there where it is %s', async (_, answer, is) => {
    const server = await RegistryServer.start()
    answers(server, 'HEAD', '/blobs/', answer)
    expect(await writerOf(server).hasBlob(digestOf(BYTES))).toBe(is)
  })

  test.each([400, 500, 307])('may be there or not after %i', async (status) => {
    const server = await RegistryServer.start()
    answers(server, 'HEAD', '/blobs/', [status])
    const { message } = await failureOf(writerOf(server).hasBlob(digestOf(BYTES)))
    expect(message).toBe(`cannot ${ABOUT_BLOB} ${server.url()}: the registry answered ${status}`)
  })
})

describe('a token', () => {
  const tokenOf = async (body: string, status = 200): Promise<{ message: string } | 'given'> => {
    const server = await RegistryServer.start()
    server.token = 'the-token'
    server.putBlob(BYTES)
    answers(server, 'GET', '/token', [status, {}, body])
    const bytes = writerOf(server).blob(digestOf(BYTES), 100)
    return bytes.then(
      () => 'given' as const,
      async () => failureOf(bytes),
    )
  }

  test.each(['{"token":"the-token"}', '{"access_token":"the-token"}', '{"token":"the-token","access_token":"x"}'])(
    'is read from %s',
    async (body) => expect(await tokenOf(body)).toBe('given'),
  )

  test.each([
    '',
    '[]',
    '{}',
    '"the-token"',
    '{"token":5}',
    '{"token":""}',
    '{"token":"a b"}',
    '{"token":"a\\n"}',
    '{"token":"ä"}',
  ])('is none in %s', async (body) => {
    expect(await tokenOf(body)).toMatchObject({
      message: expect.stringMatching(/: 127\.0\.0\.1:\d+ gives no token \(it answered 200\)$/),
    })
  })

  test('is none in an answer that is too long, or of another status', async () => {
    const long = JSON.stringify({ token: 'the-token', pad: ' '.repeat(65_536) })
    expect(await tokenOf(long)).toMatchObject({ message: expect.stringContaining('gives no token') })
    expect(await tokenOf('{"token":"the-token"}', 404)).toMatchObject({
      message: expect.stringContaining('gives no token (it answered 404)'),
    })
  })

  test.each([401, 403])('that is refused with %i denies access', async (status) => {
    expect(await tokenOf('{"token":"the-token"}', status)).toMatchObject({
      message: expect.stringContaining('access is denied (the registry answered 401 UNAUTHORIZED)'),
    })
  })

  test('is asked for once, for the service and the scope, and again when it has expired', async () => {
    const server = await RegistryServer.start()
    server.token = 'first'
    server.putBlob(BYTES)
    const writer = writerOf(server, ADA)
    await writer.blob(digestOf(BYTES), 100)
    await writer.blob(digestOf(BYTES), 100)
    server.token = 'second'
    expect(await writer.blob(digestOf(BYTES), 100)).toEqual(BYTES)
    const asked = server.requests.filter(({ path }) => path.startsWith('/token'))
    expect(asked.map(({ path }) => path)).toEqual(
      Array(2).fill('/token?service=here&scope=repository%3Aacme%2Fsettings%3Apull'),
    )
    expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ada:pass:word').toString('base64')}`)
    expect(server.requests.map(({ headers }) => headers.authorization?.split(' ')[0])).toEqual([
      undefined,
      'Basic',
      'Bearer',
      'Bearer',
      'Bearer',
      'Basic',
      'Bearer',
    ])
  })

  test('is asked for where one is wanted, and not where access is denied', async () => {
    const server = await RegistryServer.start()
    answers(server, 'GET', '/blobs/', [403, { 'www-authenticate': `Bearer realm="http://${server.host}/token"` }])
    expect((await failureOf(writerOf(server, ADA).blob(digestOf(BYTES), 100))).help).toBe(DENIED)
    expect(server.requests).toHaveLength(1)
  })

  test('of a user is the password itself, where the registry says Basic', async () => {
    const server = await RegistryServer.start()
    server.putBlob(BYTES)
    const challenge: Answer = [401, { 'www-authenticate': 'Basic realm="here"' }]
    answers(server, 'GET', '/blobs/', challenge)
    expect(await writerOf(server, ADA).blob(digestOf(BYTES), 100)).toEqual(BYTES)
    expect(server.requests.at(-1)?.headers.authorization).toMatch(/^Basic /)
    answers(server, 'GET', '/blobs/', challenge)
    expect((await failureOf(writerOf(server).blob(digestOf(BYTES), 100))).help).toBe(DENIED)
  })
})

describe('an upload', () => {
  test('is one request where the registry takes that, and two where it does not', async () => {
    const server = await RegistryServer.start()
    server.takesWhole = true
    const writer = writerOf(server)
    await writer.putBlob(BYTES)
    expect(server.requests.map(({ method }) => method)).toEqual(['POST'])
    expect(server.requests[0]?.path).toContain(`?digest=${encodeURIComponent(digestOf(BYTES))}`)
    expect(server.requests[0]?.headers['content-type']).toBe('application/octet-stream')
    expect(server.blobs.get(digestOf(BYTES))).toEqual(BYTES)

    const other = await RegistryServer.start()
    const slow = writerOf(other)
    await slow.putBlob(BYTES)
    expect(other.blobs.get(digestOf(BYTES))).toEqual(BYTES)
    await slow.putBlob(Buffer.from('another'))
    // It is known by then that the first one need not carry the bytes.
    expect(other.requests.map(({ method, headers }) => `${method} ${headers['content-length']}`)).toEqual([
      'POST 9',
      'PUT 9',
      'POST 0',
      'PUT 7',
    ])
    expect(other.requests[1]?.path).toBe(
      `/v2/acme/settings/blobs/uploads/one?state=x&digest=${encodeURIComponent(digestOf(BYTES))}`,
    )
  })

  test.each<[what: string, method: string, answer: Answer, why: string]>([
    [
      'that is refused at first',
      'POST',
      [403, {}, '{"code":"DENIED"}'],
      'access is denied (the registry answered 403 DENIED)',
    ],
    ['without a place', 'POST', [202], 'it wants the upload sent elsewhere'],
    ['to what is no URL', 'POST', [202, { location: 'http://[' }], 'it wants the upload sent elsewhere'],
    ['to another server', 'POST', [202, { location: 'http://127.0.0.1:1/x' }], 'it wants the upload sent elsewhere'],
    [
      'that is refused at last',
      'PUT',
      [400, {}, '{"code":"DIGEST_INVALID"}'],
      'the registry answered 400 DIGEST_INVALID',
    ],
    ['that is taken in part', 'PUT', [202], 'the registry answered 202'],
  ])('%s fails', async (_, method, answer, why) => {
    const server = await RegistryServer.start()
    answers(server, method, '/blobs/uploads/', answer)
    const { message } = await failureOf(writerOf(server).putBlob(BYTES))
    expect(message).toBe(`cannot write ${digestOf(BYTES)} of ${server.url()}: ${why}`)
  })

  test('that is answered with 204 is done', async () => {
    const server = await RegistryServer.start()
    answers(server, 'PUT', '/blobs/uploads/', [204])
    await writerOf(server).putBlob(BYTES)
  })

  test('of a manifest is tried again while what it refers to is being written', async () => {
    const server = await RegistryServer.start()
    const manifest = releaseManifest(HEAD)
    const missing: Answer = [400, {}, '{"code":"MANIFEST_BLOB_UNKNOWN"}']
    answers(server, 'PUT', '/manifests/', missing, [404], missing)
    await writerOf(server).putManifest('production', manifest)
    expect(server.tags.get('production')).toBe(manifest.descriptor.digest)
    expect(server.requests.at(-1)?.headers['content-type']).toBe('application/vnd.oci.image.manifest.v1+json')
    answers(server, 'PUT', '/manifests/', missing, missing, missing, missing)
    const { message } = await failureOf(writerOf(server).putManifest('production', manifest))
    expect(message).toBe(`cannot write production of ${server.url()}: the registry answered 400 MANIFEST_BLOB_UNKNOWN`)
  })

  test.each([300, 403, 409, 500])('of a manifest that is answered with %i fails at once', async (status) => {
    const server = await RegistryServer.start()
    answers(server, 'PUT', '/manifests/', [status])
    const { message } = await failureOf(writerOf(server).putManifest('production', releaseManifest(HEAD)))
    expect(message).toContain(`the registry answered ${status}`)
    expect(server.requests).toHaveLength(1)
  })
})

describe('a head', () => {
  test('is not read again while its tag is the same', async () => {
    const server = await RegistryServer.start()
    server.putManifest('production', releaseManifest(HEAD).bytes)
    const reader = new RegistryReader(server.url(), FAST)
    expect([await reader.head(), await reader.head()]).toEqual([HEAD, HEAD])
    expect(server.requests.map(({ headers }) => headers['if-none-match'])).toEqual([
      undefined,
      `"${releaseManifest(HEAD).descriptor.digest}"`,
    ])
    server.putManifest('production', releaseManifest(Buffer.from('{"a":2}')).bytes)
    expect((await reader.head()).toString()).toBe('{"a":2}')
  })

  test.each<[what: string, answer: Answer, problem: string, message: string]>([
    ['absent', [404], 'not-found', 'production'],
    ['refused', [403], 'unreadable', 'cannot read production of'],
    ['not modified, which nobody asked', [304], 'unreadable', 'the registry answered 304'],
    ['an object', [200, {}, '[]'], 'damaged', 'its manifest is no object'],
    ['too long', [200, {}, ' '.repeat(200_000)], 'damaged', ''],
  ])('that is %s', async (_, answer, problem, message) => {
    const server = await RegistryServer.start()
    answers(server, 'GET', '/manifests/', answer)
    await expect(new RegistryReader(server.url(), FAST).head()).rejects.toThrow(
      expect.objectContaining({ problem, message: expect.stringContaining(message) }),
    )
  })

  test('is that of its environment: by the URL, then by the option, then production', async () => {
    const server = await RegistryServer.start()
    const url = server.url('').replace(/:$/, '')
    expect(new RegistryReader(url, FAST).environment).toBe('production')
    expect(new RegistryReader(url, { ...FAST, environment: 'staging' }).environment).toBe('staging')
    expect(new RegistryReader(server.url('test'), { ...FAST, environment: 'staging' }).environment).toBe('test')
  })

  test('an object under a wrong name is damage', async () => {
    const server = await RegistryServer.start()
    const { ref } = textObject('one')
    server.putBlob(Buffer.from('two'), digestOf(Buffer.from('one')))
    await expect(new RegistryReader(server.url(), FAST).read(ref)).rejects.toThrow(
      expect.objectContaining({ problem: 'damaged' }),
    )
  })
})
