import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { HttpReader } from '../../src/store/backends/http-reader.ts'
import { proxyOf } from '../../src/store/backends/http/proxy.ts'
import { writeRootDocument } from '../../src/trust/root-document.ts'
import { ConnectProxy, certificate } from '../support/connect-proxy.ts'
import { FaultyServer } from '../support/faulty-http.ts'
import { ROOT, type Ran, run } from '../support/run.ts'
import { PATIENT, type RootedStore, rootedStore } from './rooted.ts'

describe('the proxy for a store', () => {
  const shownFor = (url: string, env: Readonly<Record<string, string>>): string | undefined =>
    proxyOf(new URL(url), env)?.shown

  test.each<[Record<string, string>, string | undefined]>([
    [{}, undefined],
    [{ HTTPS_PROXY: '' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy.example:3128' }, 'proxy.example:3128'],
    [{ https_proxy: 'http://proxy.example:3128', HTTPS_PROXY: 'http://other.example' }, 'proxy.example:3128'],
    [{ ALL_PROXY: 'http://proxy.example:3128' }, 'proxy.example:3128'],
    [{ all_proxy: 'proxy.example:3128', HTTPS_PROXY: 'other.example' }, 'other.example:80'],
    [{ HTTP_PROXY: 'http://proxy.example:3128', http_proxy: 'http://proxy.example' }, undefined],
    [{ HTTPS_PROXY: 'proxy.example:3128' }, 'proxy.example:3128'],
    [{ HTTPS_PROXY: 'me:secret@proxy.example:3128' }, 'proxy.example:3128'],
    [{ HTTPS_PROXY: 'https://proxy.example' }, 'proxy.example:443'],
    [{ HTTPS_PROXY: 'http://[::1]:3128' }, '[::1]:3128'],
  ])('%j: %s', (env, expected) => {
    expect(shownFor('https://store.example.org/production/', env)).toBe(expected)
  })

  test.each<[string, readonly string[], readonly string[]]>([
    ['*', ['https://store.example'], []],
    [
      'example.org',
      ['https://example.org', 'https://a.b.example.org', 'https://EXAMPLE.org.'],
      ['https://anexample.org', 'https://example.org.uk'],
    ],
    ['.example.org', ['https://example.org', 'https://a.example.org'], ['https://anexample.org']],
    ['*.example.org', ['https://a.example.org'], ['https://example.com']],
    [
      'example.org:8443',
      ['https://example.org:8443', 'https://a.example.org:8443'],
      ['https://example.org', 'https://example.org:9443'],
    ],
    ['example.org:443', ['https://example.org'], ['https://example.org:8443']],
    ['10.0.0.1', ['https://10.0.0.1'], ['https://10.0.0.11', 'https://x.10.0.0.1.example']],
    [
      '10.0.0.0/8, fd00::/8',
      ['https://10.200.3.4', 'https://[fd12::1]'],
      ['https://11.0.0.1', 'https://[fe80::1]', 'https://ten.example'],
    ],
    ['[::1]:8443 ::2', ['https://[::1]:8443', 'https://[::2]'], ['https://[::1]']],
    // Without brackets, what is behind the last colon is no port.
    ['2001:db8::1:8443', ['https://[2001:db8::1:8443]'], ['https://[2001:db8::1]:8443', 'https://[2001:db8::2:8443]']],
    ['localhost, 127.0.0.1', ['https://localhost:1', 'https://127.0.0.1'], ['https://store.example']],
    [
      'a.example b.example,, c.example',
      ['https://a.example', 'https://b.example', 'https://c.example'],
      ['https://d.example'],
    ],
    ['10.0.0.0/99 /8 : .', [], ['https://10.0.0.1', 'https://store.example']],
    ['', [], ['https://localhost', 'https://127.0.0.1']],
  ])('NO_PROXY=%s', (list, excepted, others) => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      const env = { HTTPS_PROXY: 'http://proxy.example:1', [name]: list }
      for (const url of excepted) expect([url, shownFor(url, env)]).toEqual([url, undefined])
      for (const url of others) expect([url, shownFor(url, env)]).toEqual([url, 'proxy.example:1'])
    }
  })

  test('is told nothing of a store on this machine without TLS', () => {
    const env = {
      http_proxy: 'http://proxy.example',
      HTTPS_PROXY: 'http://proxy.example',
      ALL_PROXY: 'http://proxy.example',
    }
    for (const url of ['http://localhost:8080/', 'http://127.0.0.1/', 'http://[::1]/'])
      expect(shownFor(url, env)).toBeUndefined()
  })

  test('gets its name and password as they were meant', () => {
    const authorizationOf = (given: string): string => {
      const { authorization = '' } = proxyOf(new URL('https://store.example'), { HTTPS_PROXY: given }) ?? {}
      return Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()
    }
    expect(authorizationOf('http://me:p%40ss%2Fword@proxy.example')).toBe('me:p@ss/word')
    expect(authorizationOf('http://me@proxy.example')).toBe('me:')
    expect(authorizationOf('http://100%25:%zz@proxy.example')).toBe('100%:%zz')
    expect(authorizationOf('http://proxy.example')).toBe('')
  })
})

/** A store behind TLS, of any name, and a proxy that leads to it. */
async function behindProxy(
  secure = false,
): Promise<{ store: RootedStore; server: FaultyServer; proxy: ConnectProxy; cert: string }> {
  const { file, ...pair } = certificate('store.example', 'localhost', '127.0.0.1')
  const store = await rootedStore()
  const server = await new FaultyServer(store.folder).listen(pair)
  const proxy = await new ConnectProxy(server.port).listen(secure ? pair : undefined)
  return { store, server, proxy, cert: file }
}

/** A service of its own process, which says what it answers, looks once more, and has to end without being told to. */
async function serve(
  { store, cert }: { readonly store: RootedStore; readonly cert: string },
  url: string,
  env: Record<string, string>,
): Promise<Ran> {
  const script = join(store.base, 'service.mjs')
  writeFileSync(
    script,
    `import { openSettings } from ${JSON.stringify(join(ROOT, 'dist', 'sdk.js'))}
const [store, trust, now] = process.argv.slice(2)
const settings = await openSettings({ store, trust, keys: { from: 'env', env: {} }, refresh: { everyMs: 0 }, now: () => Number(now) })
console.log(settings.getModelConfig('generate_content', 'acme').maxTokens, await settings.refresh())
`,
  )
  const root = join(store.base, 'root.json')
  writeFileSync(root, writeRootDocument(store.first))
  return run(process.execPath, [script, url, root, String(store.clock.now)], store.base, {
    NODE_EXTRA_CA_CERTS: cert,
    ...env,
  })
}

describe('a service behind a proxy', () => {
  test.each([
    ['http', false],
    ['https', true],
  ] as const)('is answered through it, by few connections: %s', async (scheme, secure) => {
    const { server, proxy, ...given } = await behindProxy(secure)
    const { code, stdout, stderr } = await serve(given, 'https://store.example/', {
      HTTPS_PROXY: `${scheme}://me:p%40ss@127.0.0.1:${proxy.port}`,
    })
    expect([stderr, stdout, code]).toEqual(['', '1 false\n', 0])
    expect(new Set(proxy.asked.map(({ target }) => target))).toEqual(new Set(['store.example:443']))
    expect(proxy.asked[0]?.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`)
    // Kept for the next request, and nothing of what was for the proxy is said to the store.
    expect(proxy.asked.length).toBeLessThan(server.asked.length)
    for (const { headers } of server.asked) expect(headers['proxy-authorization']).toBeUndefined()
  })

  test('goes to the store itself where NO_PROXY has it, and the proxy is not asked', async () => {
    const { server, proxy, ...given } = await behindProxy()
    const env = { https_proxy: `127.0.0.1:${proxy.port}`, NO_PROXY: 'example.org,localhost' }
    expect(await serve(given, `https://localhost:${server.port}/`, env)).toMatchObject({ code: 0, stdout: '1 false\n' })
    expect(proxy.asked).toEqual([])
    expect(await serve(given, `https://127.0.0.1:${server.port}/`, env)).toMatchObject({ code: 0, stdout: '1 false\n' })
    expect(proxy.asked[0]?.target).toBe(`127.0.0.1:${server.port}`)
  })

  test('believes no certificate because of it', async () => {
    const { proxy, ...given } = await behindProxy()
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }
    const unknown = await serve(given, 'https://store.example/', { ...env, NODE_EXTRA_CA_CERTS: '' })
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT')])
    const other = await serve(given, 'https://another.example/', env)
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID')])
  })
})

describe('a proxy that', () => {
  const answers =
    (line: string) =>
    (socket: { end(text: string): void }): void =>
      socket.end(`HTTP/1.1 ${line}\r\ncontent-length: 0\r\n\r\n`)

  async function refused(
    proxy: { readonly port: number },
    store: RootedStore,
    given = `http://me:hunter2@127.0.0.1:${proxy.port}`,
  ): Promise<string> {
    vi.stubEnv('HTTPS_PROXY', given)
    onTestFinished(() => void vi.unstubAllEnvs())
    const error: unknown = await store.open({ store: 'https://store.example/' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'store_unreadable' })
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('hunter2')
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(Buffer.from('me:hunter2').toString('base64'))
    return String(error)
  }

  test.each([
    ['407 Proxy Authentication Required', 1, 'wants a name and a password'],
    ['403 Forbidden', 1, 'answered 403'],
    ['502 Bad Gateway', 3, 'answered 502'],
  ])('says %s', async (line, times, says) => {
    const store = await rootedStore()
    const proxy = await new ConnectProxy(1).listen()
    proxy.fault = answers(line)
    const message = await refused(proxy, store)
    expect(message).toContain(`the proxy 127.0.0.1:${proxy.port} ${says}`)
    expect(proxy.asked).toHaveLength(times)
  })

  test('drops the connection, or says what is no HTTP', async () => {
    const store = await rootedStore()
    const proxy = await new ConnectProxy(1).listen()
    for (const fault of [(socket: { destroy(): void }) => socket.destroy(), answers('what')]) {
      proxy.fault = fault
      expect(await refused(proxy, store)).toContain(`the proxy 127.0.0.1:${proxy.port} cannot be used`)
    }
  })

  test('drops it once it was let through', async () => {
    const store = await rootedStore()
    const proxy = await new ConnectProxy(1).listen()
    proxy.fault = (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')
    expect(await refused(proxy, store)).toMatch(
      new RegExp(`head.json of https://store.example/: \\w+, through the proxy 127.0.0.1:${proxy.port}`),
    )
  })

  test('says nothing: it has as long as a server has', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const store = await rootedStore()
    const proxy = await new ConnectProxy(1).listen()
    proxy.fault = () => setImmediate(() => vi.advanceTimersByTime(PATIENT.timeoutMs))
    expect(await refused(proxy, store)).toMatch(
      new RegExp(`within 900000 ms.*127.0.0.1:${proxy.port}|127.0.0.1:${proxy.port}.*within 900000 ms`),
    )
  })

  test('is not there, or is none', async () => {
    const store = await rootedStore()
    expect(await refused({ port: 1 }, store)).toContain('the proxy 127.0.0.1:1 cannot be used: ECONNREFUSED')
    for (const given of [
      'socks5://me:hunter2@127.0.0.1:1',
      'http://me:hunter2@',
      'http://me:hunter2@host:port',
      'me:hunter2@:x',
    ]) {
      expect(await refused({ port: 1 }, store, given)).toContain('HTTPS_PROXY names no proxy')
    }
  })

  test('is given up with the store, and asked anew by whoever asks again', async () => {
    const proxy = await new ConnectProxy(1).listen()
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }
    const store = new HttpReader('https://store.example/', { timeoutMs: PATIENT.timeoutMs, env })
    const asked = new Promise<void>((done) => (proxy.fault = () => done()))
    const looking = store.head().catch((error: unknown) => String(error))
    await asked
    store.interrupt()
    expect(await looking).toContain('the settings were closed')
    proxy.fault = answers('403 Forbidden')
    expect(await store.head().catch((error: unknown) => String(error))).toContain('answered 403')
  })
})
