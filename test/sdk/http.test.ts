import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { pathOf } from '../../src/store/format/object-ref.ts'
import type { OpenOptions, Settings } from '../../src/sdk/index.ts'
import { delayAfter } from '../../src/sdk/retry-delay.ts'
import { generateKey } from '../../src/trust/sign-head.ts'
import { FAULTS, type Fault, FaultyServer, encoded, redirect, status, unchanged } from '../support/faulty-http.ts'
import { PATIENT, type RootedStore, codesOf, numbered, numbersIn, rootedStore } from './rooted.ts'
import { codeOf, manyAccounts } from './store.ts'

/** Faults that end when the reader has had enough. */
const ENDLESS: ReadonlySet<string> = new Set(['stalls in the middle', 'says nothing'])

/** Lets a reader have had enough as soon as it has asked, under a clock of the test's. */
function soon(fault: Fault): Fault {
  return (reply) => {
    fault(reply)
    setImmediate(() => vi.advanceTimersByTime(PATIENT.timeoutMs))
  }
}

async function served(): Promise<{
  store: RootedStore
  server: FaultyServer
  open: (over?: Partial<OpenOptions>) => Promise<Settings>
}> {
  const store = await rootedStore()
  const server = await new FaultyServer(store.folder).listen()
  return { store, server, open: (over) => store.open({ store: server.origin, ...over }) }
}

/** What a fault is to whoever runs the service. */
const CODES: Readonly<Record<string, { head: string; object: string }>> = {
  'ends early': { head: 'store_damaged', object: 'store_damaged' },
  'says that it is shorter': { head: 'store_damaged', object: 'store_damaged' },
  'adds bytes': { head: 'store_damaged', object: 'store_damaged' },
  'never ends': { head: 'store_damaged', object: 'store_damaged' },
  'says 404': { head: 'store_not_found', object: 'store_damaged' },
  'says 410': { head: 'store_not_found', object: 'store_damaged' },
}

describe('a server that', () => {
  test.each(Object.entries(FAULTS))(
    '%s: refused, the last good release serves, and all is well when it is over',
    async (name, asked) => {
      const fault = ENDLESS.has(name) ? soon(asked) : asked
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      onTestFinished(() => void vi.useRealTimers())
      const { store, server, open } = await served()
      const settings = await open()
      const errors = codesOf(settings)
      await store.publish(numbered(2))
      const code = CODES[name] ?? { head: 'store_unreadable', object: 'store_unreadable' }
      server.fault = (path) => (path === '/head.json' ? fault : undefined)
      expect([await settings.refresh(), errors]).toEqual([false, [code.head]])
      expect(await codeOf(() => open())).toBe(code.head)
      const { root } = store.head()
      server.fault = (path) => (path === `/${pathOf(root)}` ? fault : undefined)
      expect([await settings.refresh(), errors]).toEqual([false, [code.head, code.object]])
      expect([numbersIn(settings), settings.status.state, settings.status.seq]).toEqual([[1, 1], 'ready', 1])
      server.fault = () => undefined
      expect([await settings.refresh(), numbersIn(settings), errors.length]).toEqual([true, [2, 2], 2])
    },
  )

  test.each([500, 502, 503, 429])('says %i once or twice is asked again', async (code) => {
    const { server, open } = await served()
    let failures = 2
    server.fault = () => (failures-- > 0 ? status(code) : undefined)
    expect(numbersIn(await open())).toEqual([1, 1])
  })

  test('breaks off once or twice is asked again; one that has said no is not', async () => {
    const { server, open } = await served()
    let failures = 2
    server.fault = () => (failures-- > 0 ? FAULTS['resets'] : undefined)
    expect(numbersIn(await open())).toEqual([1, 1])
    server.take()
    server.fault = () => status(403)
    expect(await codeOf(() => open())).toBe('store_unreadable')
    expect(server.take()).toHaveLength(1)
  })

  test('leads elsewhere on the same server is followed three times, and never to another one', async () => {
    const { server, open } = await served()
    expect(numbersIn(await open({ store: `${server.origin}/hops-3/` }))).toEqual([1, 1])
    expect(await codeOf(() => open({ store: `${server.origin}/hops-4/` }))).toBe('store_unreadable')
    const elsewhere = await new FaultyServer(server.folder).listen()
    const { origin, port } = server
    const places: readonly (readonly [place: string, says: string])[] = [
      [elsewhere.origin, `elsewhere, to "${elsewhere.origin}": name that store if it is meant`],
      [`http://localhost:${port}`, `elsewhere, to "http://localhost:${port}": name`],
      [`//localhost:${port}`, `elsewhere, to "http://localhost:${port}": name`],
      [`https://127.0.0.1:${port}`, `elsewhere, to "https://127.0.0.1:${port}": name`],
      [`http://user:password@127.0.0.1:${port}`, 'to a URL with a name or a password'],
      [`http://user@127.0.0.1:${port}`, 'to a URL with a name or a password'],
      ['file:///etc/password', 'to a "file:" URL'],
      ['data:text/plain,password', 'to a "data:" URL'],
      [`blob:${origin}/password`, 'to a "blob:" URL'],
      [`ftp://127.0.0.1:${port}/password`, 'to a "ftp:" URL'],
      ['http://[password', 'to what is no URL'],
      ['http://user:password@', 'to what is no URL'],
    ]
    for (const [place, says] of places) {
      server.fault = () => redirect((path) => `${place}${path}`)
      server.take()
      const error: unknown = await open().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        code: 'store_unreadable',
        message: expect.stringContaining(`${origin} leads ${says}`),
      })
      expect(inspect(error)).not.toContain('password@')
      expect([place, String(error).includes('password/'), server.take().length]).toEqual([place, false, 1])
    }
    expect(elsewhere.take()).toEqual([])
  })

  test('says that nothing changed: unasked that is no answer, and asked it is one for as long as the release is good', async () => {
    const { store, server, open } = await served()
    const settings = await open()
    await store.publish(numbered(2))
    server.fault = (path) => (path === '/head.json' ? unchanged : undefined)
    expect(await codeOf(() => open())).toBe('store_unreadable')
    expect([await settings.refresh(), settings.status.state, numbersIn(settings)]).toEqual([false, 'ready', [1, 1]])
    server.fault = (path) => (path === '/head.json' ? undefined : unchanged)
    const errors = codesOf(settings)
    expect([await settings.refresh(), errors, numbersIn(settings)]).toEqual([false, ['store_unreadable'], [1, 1]])
  })

  test('labels what it sends with what packs nothing is read; with what it may be packed by, it is named', async () => {
    const { server, open } = await served()
    const harmless = [
      '',
      'identity',
      'IDENTITY',
      'utf-8',
      'UTF-8',
      'none',
      'aws-chunked',
      'aws-chunked, identity',
      'aws-chunked,',
      'binary',
      'iso-8859-1',
      'utf-16',
      '8bit',
      'application/json',
      'charset=utf-8',
      '"utf-8"',
      'null',
      'x-none',
      'unknown',
    ]
    for (const label of harmless) {
      server.fault = () => encoded(label, (bytes) => bytes)
      expect([label, numbersIn(await open())]).toEqual([label, [1, 1]])
      // Their digests judge them as ever.
      server.fault = (path) =>
        encoded(label, (bytes) => (path === '/head.json' ? bytes : Buffer.concat([bytes.subarray(1), Buffer.of(10)])))
      expect([label, await codeOf(() => open())]).toEqual([label, 'store_damaged'])
    }
    for (const label of [
      'gzip',
      'GZIP',
      'br',
      'deflate',
      'zstd',
      'compress',
      'x-gzip',
      'x-compress',
      'dcb',
      'dcz',
      'aws-chunked, gzip',
    ]) {
      server.fault = () => encoded(label, (bytes) => bytes)
      const error: unknown = await open().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        code: 'store_unreadable',
        message: expect.stringContaining(`("${label.replace('aws-chunked, ', '')}")`),
      })
    }
  })

  test('serves an old head, or one release’s head with another’s objects', async () => {
    const { store, server, open } = await served()
    const old = readFileSync(store.headFile)
    const { root: oldRoot } = store.head()
    await store.publish(numbered(2))
    const settings = await open()
    const errors = codesOf(settings)
    store.write(old)
    expect([await settings.refresh(), errors]).toEqual([false, ['rollback_refused']])
    const { root } = await store.publish(numbered(3))
    const foreign = readFileSync(store.file(oldRoot))
    server.fault = (path) => (path === `/${pathOf(root)}` ? ({ response }) => response.end(foreign) : undefined)
    expect([await settings.refresh(), errors.at(-1), numbersIn(settings)]).toEqual([false, 'store_damaged', [2, 2]])
  })
})

describe('asking costs little', () => {
  test('an unchanged store is one request that is answered with 304, and no body', async () => {
    const { server, open } = await served()
    const settings = await open()
    const first = server.take()
    expect(first[0]).toMatchObject({ path: '/head.json', ifNoneMatch: undefined, status: 200 })
    expect(new Set(first.map(({ path }) => path)).size).toBe(first.length)
    for (let i = 0; i < 3; i++) {
      expect(await settings.refresh()).toBe(false)
      const asked = server.take().map(({ path, status: code, bytes }) => [path, code, bytes])
      expect(asked).toEqual([['/head.json', 304, 0]])
    }
    expect(first.every(({ headers }) => headers['accept-encoding'] === 'identity')).toBe(true)
    expect(first[0]?.headers['cache-control']).toBe('no-cache')
  })

  test('a change of one among many accounts is few requests and few bytes', async () => {
    const { store, server, open } = await served()
    const accounts = manyAccounts(20_000)
    await store.publish(numbered(1, accounts))
    const settings = await open()
    const whole = server.take().reduce((sum, { bytes }) => sum + bytes, 0)
    accounts['a7'] = { plan: 'free' }
    await store.publish(numbered(1, accounts))
    expect(await settings.refresh()).toBe(true)
    const asked = server.take()
    // The head, the root, a node at most, a leaf: the root of trust is the one that it knows.
    expect([3, 4]).toContain(asked.filter(({ status: code }) => code === 200).length)
    const bytes = asked.reduce((sum, one) => sum + one.bytes, 0)
    expect(bytes).toBeLessThan(20_000)
    expect(bytes).toBeLessThan(whole / 50)
  })

  test('an ETag that is weak, wrong or missing', async () => {
    const { store, server, open } = await served()
    for (const [etag, code] of [
      ['W/"1"', 304],
      ['"same for all"', 304],
      ['', 200],
      [undefined, 200],
    ] as const) {
      server.etag = () => etag
      const settings = await open()
      server.take()
      expect(await settings.refresh()).toBe(false)
      expect(server.take().map(({ status: said }) => said)).toEqual([code])
    }
    // Whoever says for ever that nothing changed is a freeze: it ends when the release does.
    server.etag = () => '"for ever"'
    const settings = await open()
    await store.publish(numbered(2))
    expect([await settings.refresh(), settings.status.state]).toEqual([false, 'ready'])
    store.clock.now += 86_400_000
    expect([await settings.refresh(), settings.status.state, numbersIn(settings)]).toEqual([false, 'expired', [1, 1]])
  })

  test('a head that was refused is offered again under its ETag, and judged again', async () => {
    const { store, server, open } = await served()
    const settings = await open()
    const errors = codesOf(settings)
    const { root } = await store.publish(numbered(2))
    const bytes = readFileSync(store.file(root))
    rmSync(store.file(root))
    expect([await settings.refresh(), await settings.refresh(), errors]).toEqual([
      false,
      false,
      ['store_damaged', 'store_damaged'],
    ])
    store.put({ ref: root, bytes })
    server.take()
    expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [2, 2]])
    expect(server.take()[0]).toMatchObject({ path: '/head.json', status: 304 })
  })

  test('after failures it asks less often, at most once a minute, and nobody at the same time', () => {
    for (const everyMs of [1, 10_000, 600_000]) {
      for (let failures = 0; failures < 2000; failures++) {
        for (const random of [0, 0.999]) {
          const delay = delayAfter(failures, everyMs, () => random)
          expect(delay).toBeGreaterThanOrEqual(failures === 0 ? everyMs * 0.9 : everyMs * 0.5)
          expect(delay).toBeLessThanOrEqual(Math.max(60_000, everyMs * 1.1))
        }
      }
    }
    expect(delayAfter(3, 2 ** 40)).toBeLessThan(2 ** 31)
    const delays = Array.from({ length: 1000 }, () => delayAfter(5, 10_000))
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(25_000)
    const healthy = Array.from({ length: 1000 }, () => delayAfter(0, 10_000))
    expect(Math.max(...healthy) - Math.min(...healthy)).toBeGreaterThan(1500)
  })

  test('a service that polls a failing server asks it less and less', async () => {
    const { server, open } = await served()
    const set = vi.spyOn(globalThis, 'setTimeout')
    onTestFinished(() => set.mockRestore())
    const settings = await open({ refresh: { ...PATIENT, everyMs: 4 } })
    server.fault = () => status(403)
    for (let failures = 0; failures < 6; failures++) await once(settings, 'error')
    await settings.close()
    const delays = set.mock.calls.map(([, ms]) => ms ?? 0).filter((ms) => ms !== PATIENT.timeoutMs)
    // All but the first, which may have found all well: doubled each time, half of it or more.
    for (const [i, ms] of delays.slice(-5).entries()) expect(ms).toBeGreaterThanOrEqual(4 * 2 ** i)
  })
})

describe('waiting', () => {
  test('closing does not wait for a server that says nothing', async () => {
    const { server, open } = await served()
    const settings = await open()
    const asked = new Promise<void>((done) => (server.fault = () => () => done()))
    const looking = settings.refresh()
    await asked
    await settings.close()
    expect(await looking).toBe(false)
    server.fault = () => undefined
    expect((await settings.explain('nobody', 'generate_content')).known).toBe(false)
  })

  test('a start that fails lets go of its connections, however it fails', async () => {
    const { store, server, open } = await served()
    const { root } = store.head()
    const good = readFileSync(store.headFile)
    const starts: readonly (readonly [code: string, start: () => Promise<unknown>])[] = [
      ['environment_changed', () => open({ environment: 'another' })],
      ['environment_changed', () => open({ environment: 'another', mode: 'lazy' })],
      ['environment_changed', () => open({ environment: 'another', cacheDir: join(store.base, 'cache') })],
      [
        'store_damaged',
        () => {
          server.fault = (path) =>
            path === `/${pathOf(root)}` ? ({ response, bytes }) => response.end(bytes.fill(1)) : undefined
          return open()
        },
      ],
      [
        'store_damaged',
        () => {
          // One of many objects is missing, while others are on their way.
          server.fault = (path) =>
            path.endsWith('/head.json') || path === `/${pathOf(root)}` ? undefined : status(404)
          return open()
        },
      ],
      [
        'signature_invalid',
        async () => {
          await store.publish(numbered(2), {}, { by: [generateKey()] })
          return open()
        },
      ],
    ]
    for (const [code, start] of starts) {
      server.fault = () => undefined
      server.take()
      expect([code, await codeOf(start)]).toEqual([code, code])
      expect(server.take().length).toBeGreaterThan(0)
      await vi.waitFor(() => expect([code, server.sockets.size]).toEqual([code, 0]))
    }
    // One that succeeds keeps its connection for the next look, until it is closed.
    store.write(good)
    const settings = await open()
    expect(server.sockets.size).toBeGreaterThan(0)
    await settings.close()
    await vi.waitFor(() => expect(server.sockets.size).toBe(0))
  })

  // A timer may run before the time is up by the clock that is asked, by more or by less: once is not enough.
  test.each([1, 0.4])(
    'a look that does not end is as bad as one that fails: stale, by a clock %d as fast',
    async (pace) => {
      const { server, store, open } = await served()
      store.resign({ issued: new Date().toISOString(), expires: new Date(Date.now() + 86_400_000).toISOString() })
      const began = Date.now()
      const clock = (): number => Math.floor(began + (Date.now() - began) * pace)
      const now = await open({ refresh: { ...PATIENT, staleAfterMs: 50 }, now: clock })
      server.fault = () => FAULTS['stalls in the middle']
      const stale = new Promise((said) => now.once('stale', ({ state }) => said(state)))
      void now.refresh()
      expect(await stale).toBe('stale')
      expect([now.status.state, numbersIn(now)]).toEqual(['stale', [1, 1]])
      await now.close()
    },
  )
})

describe('the URL', () => {
  test.each([
    'http://example.org/store',
    'https://user:hunter2@example.org/store',
    'https://hunter2@example.org/',
    'https://example.org/s?token=hunter2',
    'https://example.org/s#hunter2',
    'https://user:hun/ter2@example.org/s',
    'https://user:hunter2@',
    'http://',
    'https://user:hunter2@[/s',
    'ftp://user:hunter2@example.org/',
    's3://key:hunter2@bucket',
    'file://user:hunter2@host/s?hunter2',
    '//user:hunter2@example.org',
  ])('%s is refused, and what may be a password is not shown', async (url) => {
    const { store } = await served()
    const error: unknown = await store.open({ store: url }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'unsupported_store' })
    expect(String(error)).not.toMatch(/hunter2|hun\/ter2/)
  })
})
