import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { OpenOptions, Settings, StoreHeaders } from '../../src/sdk/index.ts'
import { FaultyServer, redirect, status } from '../support/faulty-http.ts'
import { PATIENT, type RootedStore, codesOf, numbered, numbersIn, rootedStore } from './rooted.ts'
import { codeOf } from './store.ts'

/** A server that wants one token, which a test may change. */
async function guarded(): Promise<{
  store: RootedStore
  server: FaultyServer
  accepts: (token: string) => void
  open: (over?: Partial<OpenOptions>) => Promise<Settings>
}> {
  const store = await rootedStore()
  const server = await new FaultyServer(store.folder).listen()
  let wanted = 'Bearer hunter2'
  server.guard = ({ authorization }) => authorization === wanted
  return {
    store,
    server,
    accepts: (token) => (wanted = token),
    open: (over) => store.open({ store: server.origin, ...over }),
  }
}

describe('a private store', () => {
  test('is asked with the headers of the service, which are asked for once at each look', async () => {
    const { store, server, open } = await guarded()
    const headers = vi.fn(() => ({ Authorization: 'Bearer hunter2', 'User-Agent': 'a-service/1' }))
    const settings = await open({ headers })
    expect([numbersIn(settings), headers.mock.calls.length]).toEqual([[1, 1], 1])
    for (const { headers: said } of server.take()) {
      expect(said).toMatchObject({
        authorization: 'Bearer hunter2',
        'user-agent': 'a-service/1',
        'accept-encoding': 'identity',
      })
    }
    await store.publish(numbered(2))
    expect([await settings.refresh(), numbersIn(settings), headers.mock.calls.length]).toEqual([true, [2, 2], 2])
    expect(await codeOf(() => open())).toBe('store_unreadable')
  })

  test.each([401, 403])('that says %i, since a token has expired, is asked once more with another', async (code) => {
    const { server, accepts, open } = await guarded()
    server.denial = code
    let token = 'Bearer hunter2'
    const headers = vi.fn(async () => ({ authorization: token }))
    const settings = await open({ headers })
    const errors = codesOf(settings)
    accepts('Bearer hunter3')
    server.take()
    headers.mockImplementation(async () => {
      const given = { authorization: token }
      token = 'Bearer hunter3'
      return given
    })
    expect([await settings.refresh(), errors, server.take().map(({ status: said }) => said)]).toEqual([
      false,
      [],
      [code, 304],
    ])
    accepts('Bearer hunter4')
    expect([await settings.refresh(), errors, server.take().length]).toEqual([false, ['store_unreadable'], 2])
  })

  test.each<[string, () => StoreHeaders | Promise<StoreHeaders>]>([
    ['Headers', () => new Headers({ Authorization: 'Bearer hunter2' })],
    ['a map', async () => new Map([['Authorization', 'Bearer hunter2']])],
    ['pairs', () => [['Authorization', 'Bearer hunter2']]],
    [
      'a generator',
      function* () {
        yield ['authorization', 'Bearer hunter2']
      },
    ],
    ['an object without a prototype', () => Object.assign(Object.create(null), { authorization: 'Bearer hunter2' })],
    ['an object of another realm', () => runInNewContext('({ authorization: "Bearer hunter2" })')],
  ])('takes them as %s', async (_, headers) => {
    const { open } = await guarded()
    expect(numbersIn(await open({ headers }))).toEqual([1, 1])
  })

  test('in lazy mode: an account that could not be read for want of a token is read when there is one', async () => {
    const { open } = await guarded()
    let isWell = true
    const headers = async (): Promise<StoreHeaders> => {
      if (!isWell) throw new Error('no token today')
      return { authorization: 'Bearer hunter2' }
    }
    const settings = await open({ headers, mode: 'lazy' })
    expect(await settings.account('acme')).toBe(true)
    isWell = false
    const errors = codesOf(settings)
    expect([await settings.refresh(), errors]).toEqual([false, ['store_unreadable']])
    isWell = true
    expect([
      await settings.refresh(),
      errors.length,
      numbersIn({ getModelConfig: (name) => settings.getModelConfig(name, 'acme') }),
    ]).toEqual([false, 1, [1, 1]])
  })

  test('sends them to no other server', async () => {
    const { server, open } = await guarded()
    const elsewhere = await new FaultyServer(server.folder).listen()
    server.fault = () => redirect((path) => `${elsewhere.origin}${path}`)
    expect(await codeOf(() => open({ headers: () => ({ authorization: 'Bearer hunter2' }) }))).toBe('store_unreadable')
    expect(elsewhere.take()).toEqual([])
    server.fault = () => undefined
    expect(
      numbersIn(
        await open({ store: `${server.origin}/hops-2/`, headers: () => ({ authorization: 'Bearer hunter2' }) }),
      ),
    ).toEqual([1, 1])
  })
})

describe('headers that', () => {
  async function failure(headers: unknown, over: Partial<OpenOptions> = {}): Promise<unknown> {
    const { open } = await guarded()
    // A service in JavaScript may pass anything.
    const error: unknown = await Promise.resolve()
      .then(() => Reflect.apply(open, undefined, [{ ...over, headers }]))
      .catch((thrown: unknown) => thrown)
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('hunter')
    return error
  }

  test.each([
    ['Host', 'x'],
    ['content-length', '3'],
    ['Range', 'bytes=0-1'],
    ['accept-encoding', 'gzip'],
    ['if-none-match', '"x"'],
    ['Connection', 'close'],
    ['proxy-authorization', 'Basic hunter'],
    ['transfer-encoding', 'chunked'],
    ['cache-control', 'max-age=9'],
    ['a b', 'x'],
    ['', 'x'],
    ['a:b', 'x'],
    ['authorization', 'Bearer hunter2\n'],
    ['authorization', 'a\r\nhost: hunter2'],
    ['authorization', 'hunter2\0'],
    ['authorization', 'hunter2 “'],
    ['authorization', undefined],
    ['authorization', ['hunter2']],
    ['authorization', 5],
  ])('are %s: %j', async (name, value) => {
    const error = await failure(() => ({ [name]: value }))
    expect(error).toMatchObject({ code: 'invalid_option', message: expect.stringContaining(JSON.stringify(name)) })
  })

  test.each<[string, () => unknown]>([
    ['no object', () => 'hunter2'],
    ['null', () => null],
    ['a list', async () => ['hunter2']],
    ['a set', () => new Set(['hunter2'])],
    ['pairs of three', () => [['authorization', 'hunter2', 'x']]],
    ['pairs whose names are no texts', () => new Map([[{ hunter2: 1 }, 'x']])],
    ['bytes', () => Buffer.from('hunter2')],
    [
      'an instance',
      () =>
        new (class {
          authorization = 'hunter2'
        })(),
    ],
    ['an error', () => new Error('hunter2')],
    ['a response', () => new Response('hunter2')],
    ['a URL', () => new URL('http://hunter2.example')],
    ['a function', () => () => 'hunter2'],
    ['two promises', () => [Promise.resolve(['authorization', 'hunter2'])]],
    ['a date', () => new Date()],
  ])('are %s', async (_, headers) => {
    expect(await failure(headers)).toMatchObject({
      code: 'invalid_option',
      message: 'what `headers` gives is no object of texts, Headers or pairs',
    })
  })

  test('are not given by a function', async () => {
    for (const headers of [{ authorization: 'hunter2' }, 'hunter2', null]) {
      expect(await failure(headers)).toMatchObject({
        code: 'invalid_option',
        message: expect.stringContaining('headers'),
      })
    }
  })

  test('are for a store that nobody asks over HTTP', async () => {
    for (const store of ['file:.tenfold/store', 'git:origin#store', 'file:///tmp/store']) {
      expect(await failure(() => ({}), { store })).toMatchObject({
        code: 'invalid_option',
        message: expect.stringContaining('headers'),
      })
    }
  })

  test('cannot be had: it is the function’s own error, and the next look asks it again', async () => {
    const { open } = await guarded()
    let fails = true
    const headers = (): StoreHeaders => {
      if (fails) throw new Error('the token server is down')
      return { authorization: 'Bearer hunter2' }
    }
    const error: unknown = await open({ headers }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'store_unreadable',
      message: expect.stringContaining('`headers`'),
      cause: { message: 'the token server is down' },
    })
    fails = false
    expect(numbersIn(await open({ headers }))).toEqual([1, 1])
  })

  test('cannot be had: the cause is what was thrown, in short', async () => {
    const { open } = await guarded()
    const hostile = new Proxy(new Error('x'), {
      get: () => {
        throw new Error('hunter2')
      },
    })
    const axios = Object.assign(new RangeError('status 500'), {
      config: { headers: { authorization: 'Bearer hunter2' } },
    })
    const told: readonly (readonly [thrown: unknown, cause: { name: string; message: string }])[] = [
      [axios, { name: 'RangeError', message: 'status 500' }],
      [
        new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') }),
        { name: 'TypeError', message: 'fetch failed: connect ECONNREFUSED 127.0.0.1:1' },
      ],
      [runInNewContext(`new SyntaxError('of another realm')`), { name: 'SyntaxError', message: 'of another realm' }],
      ['a text', { name: 'Error', message: 'a text' }],
      [undefined, { name: 'Error', message: 'undefined' }],
      [null, { name: 'Error', message: 'null' }],
      [{ status: 500 }, { name: 'Error', message: '[object Object]' }],
      ['x'.repeat(5000), { name: 'Error', message: `${'x'.repeat(200)}…` }],
      [hostile, { name: 'Error', message: 'object without a text' }],
    ]
    for (const [thrown, cause] of told) {
      const error: unknown = await open({
        headers: () => {
          throw thrown
        },
      }).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'store_unreadable', message: 'the function `headers` failed', cause })
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('hunter2')
    }
    // Where it was thrown is told.
    const error: unknown = await open({
      headers: () => {
        throw axios
      },
    }).catch((reason: unknown) => reason)
    expect(inspect(error)).toContain('headers.test.ts')
  })

  test('cannot be read have that as their cause, and nothing of it in the message', async () => {
    const { server, open } = await guarded()
    const thrown = new Error('hunter2 is no token')
    const fail = (): never => {
      throw thrown
    }
    const unreadable: (() => StoreHeaders)[] = [
      () => Object.defineProperty({}, 'authorization', { enumerable: true, get: fail }),
      () => ({ [Symbol.iterator]: fail }),
      function* () {
        yield fail()
      },
      () => new Proxy({}, { ownKeys: fail }),
      () => new Proxy({}, { getPrototypeOf: fail }),
    ]
    for (const headers of unreadable) {
      const error: unknown = await open({ headers }).catch((reason: unknown) => reason)
      expect(error).toMatchObject({
        code: 'store_unreadable',
        message: 'the function `headers` failed',
        cause: { message: 'hunter2 is no token' },
      })
    }
    expect(server.take()).toEqual([])
  })

  test('never come have as long as a server has', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { server, open } = await guarded()
    const headers = (): Promise<StoreHeaders> => {
      setImmediate(() => vi.advanceTimersByTime(PATIENT.timeoutMs))
      return new Promise(() => {})
    }
    const error: unknown = await open({ headers }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'store_unreadable', message: expect.stringContaining('within 900000 ms') })
    expect(server.take()).toEqual([])
  })

  test('are denied, or redirected, or answered with nonsense are in no error', async () => {
    const { server, open } = await guarded()
    for (const fault of [
      status(500),
      status(400),
      redirect(() => 'http://['),
      redirect(() => 'http://elsewhere.example'),
    ]) {
      server.fault = () => fault
      const error: unknown = await open({ headers: () => ({ authorization: 'Bearer hunter2' }) }).catch(
        (thrown: unknown) => thrown,
      )
      expect(inspect(error, { depth: 20, showHidden: true, getters: true })).not.toContain('hunter2')
    }
  })
})
