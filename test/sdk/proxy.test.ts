import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { HttpReader } from '../../src/store/backends/http-reader.ts'
import { writeRootDocument } from '../../src/trust/root-document.ts'
import { ConnectProxy, certificate } from '../support/connect-proxy.ts'
import { FaultyServer } from '../support/faulty-http.ts'
import { ROOT, type Ran, run } from '../support/run.ts'
import { PATIENT, type RootedStore, rootedStore } from './rooted.ts'

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
    ['300 Multiple Choices', 1, 'answered 300'],
    ['403 Forbidden', 1, 'answered 403'],
    ['502 Bad Gateway', 3, 'answered 502'],
  ])('says %s', async (line, times, says) => {
    const store = await rootedStore()
    const proxy = await new ConnectProxy(1).listen()
    proxy.fault = answers(line)
    const message = await refused(proxy, store)
    expect(message).toContain(`the proxy 127.0.0.1:${proxy.port} ${says}`)
    const authorization = `Basic ${Buffer.from('me:hunter2').toString('base64')}`
    expect(proxy.asked).toEqual(Array.from({ length: times }, () => ({ target: 'store.example:443', authorization })))
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
