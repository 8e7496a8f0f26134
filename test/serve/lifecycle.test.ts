import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Settings } from '../../src/sdk/index.ts'
import { DAY, RootedStore, numbered } from '../sdk/rooted.ts'
import { RolloutStore } from '../sdk/rollout-store.ts'
import { KEYS, manyAccounts, openai, storeWith } from '../sdk/store.ts'
import { CLI, tenfold } from '../support/run.ts'
import { TestServer, listen } from './ask-server.ts'

const FLAG = 'functions.generate_content'
const ACME = { targetingKey: 'acme' }

describe('before there is a release', () => {
  test('questions are answered with 503 and when to ask again, and the server is alive and not ready', async () => {
    let open = (_: Settings): void => {}
    const store = await storeWith({ accounts: { acme: openai('growth', { model: 'gpt-4' }) } })
    const server = await TestServer.over(new Promise<Settings>((resolve) => (open = resolve)))
    const early = await server.flag(FLAG, ACME)
    expect([early.status, early.headers['retry-after']]).toEqual([503, '1'])
    expect(early.json).toMatchObject({ key: FLAG, errorCode: 'GENERAL', errorDetails: expect.any(String) })
    expect((await server.all(ACME)).status).toBe(503)
    expect((await server.ask('/healthz')).status).toBe(200)
    expect(await server.ask('/readyz')).toMatchObject({ status: 503, json: { state: 'starting', seq: null } })
    const { text } = await server.ask('/metrics')
    expect(text).toContain('tenfold_state{state="starting"} 1')
    // Neither the seq of no release, nor an age that would be fine.
    expect(text).not.toMatch(/^tenfold_release_(seq|age_seconds) /m)
    open(await store.open())
    await expect.poll(async () => (await server.ask('/readyz')).status).toBe(200)
    expect((await server.flag(FLAG, ACME)).json.value.model).toBe('gpt-4')
  })

  test('what openSettings does not give is refused', async () => {
    const { createServer } = await import('../../src/serve/index.ts')
    const settings = await (await storeWith({})).open()
    expect(() => Reflect.apply(createServer, undefined, [{ ...settings }])).toThrow(/what openSettings gives/)
  })
})

describe('the store', () => {
  test('one that is expired answers on, and is not ready', async () => {
    const store = new RootedStore()
    await store.publish(numbered(1))
    const server = await TestServer.over(await store.open())
    store.clock.now += 2 * DAY
    expect(await server.ask('/readyz')).toMatchObject({ status: 503, json: { state: 'expired', seq: 1 } })
    expect((await server.flag(FLAG, ACME)).json.value.max_tokens).toBe(1)
    expect((await server.ask('/metrics')).text).toMatch(/tenfold_state\{state="expired"\} 1/)
  })

  test('a poll that fails is counted, and the last release answers', async () => {
    const store = await storeWith({ accounts: { acme: openai('growth', { model: 'gpt-4' }) } })
    const settings = await store.open()
    const server = await TestServer.over(settings)
    store.damage(store.release().root)
    await store.publish({ accounts: {} }, { root: store.release().root.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) })
    expect(await settings.refresh()).toBe(false)
    expect((await server.ask('/metrics')).text).toContain('tenfold_polls_failed_total 1')
    expect((await server.flag(FLAG, ACME)).json.value.model).toBe('gpt-4')
  })

  test('a store of two that is down makes no poll fail', async () => {
    const store = await storeWith({ accounts: {} })
    const settings = await store.open({ store: [store.url, 'file:/nowhere'] })
    const codes: string[] = []
    settings.on('error', ({ code }) => codes.push(code))
    const server = await TestServer.over(settings)
    await settings.refresh()
    expect(codes).toContain('store_not_found')
    expect((await server.ask('/metrics')).text).toContain('tenfold_polls_failed_total 0')
  })
})

describe('all flags', () => {
  test('an ETag changes with what the account gets, and with nothing else', async () => {
    const store = await storeWith({ accounts: { acme: openai('growth', { max_tokens: 1 }), other: { plan: 'free' } } })
    const settings = await store.open()
    const server = await TestServer.over(settings)
    const first = await server.all(ACME)
    const headers = { 'if-none-match': String(first.headers['etag']) }
    expect(first.json.metadata).toEqual({
      version: '1',
      flagSetId: 'production',
      contextId: 'acme',
      commit: 'commit-1',
    })
    const same = await server.all(ACME, { headers })
    expect([same.status, same.text, same.headers['etag']]).toEqual([304, '', first.headers['etag']])
    expect((await server.all({ ...ACME, plan: 'free' }, { headers })).status).toBe(200)
    expect((await server.all({ targetingKey: 'other' }, { headers })).status).toBe(200)
    await store.publish({ accounts: { acme: openai('growth', { max_tokens: 2 }) } })
    await settings.refresh()
    const next = await server.all(ACME, { headers })
    expect([next.status, next.json.metadata.version]).toEqual([200, '2'])
    await store.publish({ accounts: { acme: openai('growth', { max_tokens: 2 }), other: { plan: 'scale' } } })
    await settings.refresh()
    const unmoved = await server.all(ACME, { headers: { 'if-none-match': String(next.headers['etag']) } })
    expect([settings.status.seq, unmoved.status]).toEqual([3, 304])
  })

  test('a client that was told of a later release waits for one look, and gets all again', async () => {
    const store = await storeWith({ accounts: { acme: openai('growth', { max_tokens: 1 }) } })
    const server = await TestServer.over(await store.open())
    const headers = { 'if-none-match': String((await server.all(ACME)).headers['etag']) }
    await store.publish({ accounts: { acme: openai('growth', { max_tokens: 2 }) } })
    const query = '?flagConfigEtag=0-2-none&flagConfigLastModified=1771622898'
    const told = await Promise.all(Array.from({ length: 20 }, () => server.all(ACME, { query, headers })))
    for (const { status, json } of told) expect([status, json.flags[1].value.max_tokens]).toEqual([200, 2])
    // One that is nowhere to be found costs no other look at once, and is never answered with 304.
    const etag = { 'if-none-match': String(told[0]?.headers['etag']) }
    expect((await server.all(ACME, { query: '?flagConfigEtag=0-9-none', headers: etag })).status).toBe(200)
    expect((await server.all(ACME, { query: '?flagConfigEtag=0-2-none', headers: etag })).status).toBe(304)
    expect((await server.all(ACME, { query: '?flagConfigEtag=0-1-none', headers: etag })).status).toBe(200)
    for (const odd of ['', 'x', '1-2', '0-2-none-', '-1-2-none', '0-2-stopped', '%00', '9'.repeat(40)]) {
      expect((await server.all(ACME, { query: `?flagConfigEtag=${odd}`, headers: etag })).status, odd).toBe(304)
    }
  })
})

describe('an event stream', () => {
  test('tells of a release and of a stage, by nothing but a tag', async () => {
    const store = new RolloutStore()
    await store.publish(numbered(1))
    const settings = await store.open()
    const server = await TestServer.over(settings)
    const stream = listen(server.port, '/v1/events')
    await stream.opened
    await store.start(numbered(1), numbered(2))
    await settings.refresh()
    expect(await stream.until('1-2-0')).toMatch(
      /\n\nid: 1-2-0\nevent: message\ndata: \{"type":"refetchEvaluation","etag":"1-2-0","lastModified":\d{10}\}\n\n$/,
    )
    store.step(1)
    await settings.refresh()
    expect(await stream.until('1-2-1')).toContain('id: 1-2-1\n')
    store.stop()
    await settings.refresh()
    expect(await stream.until('1-2-none')).toContain('id: 1-2-none\n')
  })

  test('a client that comes back hears what it missed, and only then', async () => {
    const store = await storeWith({ accounts: { acme: openai('growth', { max_tokens: 1 }) } })
    const settings = await store.open()
    const server = await TestServer.over(settings)
    const missed = listen(server.port, '/v1/events', { 'last-event-id': '0-7-none' })
    expect(await missed.until('data:')).toContain('"etag":"0-1-none"')
    const current = listen(server.port, '/v1/events', { 'last-event-id': '0-1-none' })
    await current.opened
    await store.publish({ accounts: {} })
    await settings.refresh()
    expect(await current.until('data:')).not.toContain('0-1-none')
  })

  test('a release between the answers and the stream is told at once, and only then', async () => {
    const store = await storeWith({ accounts: { acme: openai('growth', { max_tokens: 1 }) } })
    const settings = await store.open()
    const server = await TestServer.over(settings)
    const { requestUri } = (await server.all(ACME)).json.eventStreams[0].endpoint
    const current = listen(server.port, requestUri)
    await current.opened
    await store.publish({ accounts: {} })
    await settings.refresh()
    const late = listen(server.port, requestUri)
    expect(await late.until('data:')).toContain('"etag":"0-2-none"')
    expect((await current.until('data:')).match(/data:/g)).toHaveLength(1)
  })

  test('two thousand that are idle cost no answer, and all are told', async () => {
    const store = await storeWith({ accounts: manyAccounts(3) })
    const settings = await store.open()
    const server = await TestServer.over(settings, { maxStreams: 2_000 })
    const streams = Array.from({ length: 2_000 }, () => listen(server.port, '/v1/events'))
    expect(new Set(await Promise.all(streams.map(({ opened }) => opened)))).toEqual(new Set([200]))
    expect(await listen(server.port, '/v1/events').opened).toBe(503)
    expect((await server.flag(FLAG, { targetingKey: 'a0' })).status).toBe(200)
    expect((await server.ask('/metrics')).text).toContain('tenfold_event_streams 2000')
    await store.publish({ accounts: manyAccounts(4) })
    await settings.refresh()
    for (const { until } of streams) expect(await until('data:')).toContain('"etag":"0-2-none"')
    for (const { close } of streams) close()
    await expect.poll(async () => (await server.ask('/metrics')).text).toContain('tenfold_event_streams 0')
  })
})

describe('bad requests', () => {
  const served = async (options: object = {}): Promise<TestServer> => {
    return TestServer.over(await (await storeWith({ accounts: { acme: { plan: 'free' } } })).open(), options)
  }

  test.each([
    ['no JSON', 400, '{'],
    ['nothing', 400, ''],
    ['a list', 400, '[]'],
    ['a text', 400, '"x"'],
    ['null', 400, 'null'],
    ['bytes that are no UTF-8', 400, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['64 KiB and a byte', 413, Buffer.alloc(65_537, 0x20)],
    ['10 MB', 413, Buffer.alloc(10_000_000, 0x20)],
  ])('%s is %i', async (_, status, body) => {
    const server = await served()
    // A server that answers before the body is read may end the connection while it is sent.
    const answered = await server
      .ask(`/ofrep/v1/evaluate/flags/${FLAG}`, { method: 'POST', body })
      .catch(() => undefined)
    if (answered !== undefined || status !== 413) {
      expect([answered?.status, answered?.json.errorCode]).toEqual([status, 'PARSE_ERROR'])
    }
    expect((await server.flag(FLAG, ACME)).status).toBe(200)
  })

  test('a body that says no length is bounded, too', async () => {
    const server = await served()
    const head = `POST /ofrep/v1/evaluate/flags/${FLAG} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nTransfer-Encoding: chunked\r\n\r\n`
    const said = await raw(server.port, head + `10001\r\n${' '.repeat(65_537)}\r\n`)
    expect(said).toMatch(/^HTTP\/1\.1 413 /)
  })

  test('two Hosts, one of which is right, are refused', async () => {
    const server = await served()
    const host = `127.0.0.1:${server.port}`
    const said = await raw(
      server.port,
      `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
    )
    expect(said).toMatch(/^HTTP\/1\.1 4(00|21) /)
  })

  test.each([
    ['GET', '/ofrep/v1/evaluate/flags', 405],
    ['PUT', `/ofrep/v1/evaluate/flags/${FLAG}`, 405],
    ['POST', '/healthz', 405],
    ['GET', '/nope', 404],
    ['GET', '//evil.example/ofrep', 404],
    ['OPTIONS', '/ofrep/v1/evaluate/flags', 405],
  ])('%s %s is %i', async (method, path, status) => {
    const { status: got, json } = await (await served()).ask(path, { method })
    expect([got, typeof json.errorDetails]).toEqual([status, 'string'])
  })

  test('more than so many a second are told when to come back', async () => {
    const server = await served({ rateLimit: 3 })
    const all = await Promise.all(Array.from({ length: 10 }, () => server.flag(FLAG, ACME)))
    const refused = all.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThanOrEqual(4)
    expect(refused[0]?.headers['retry-after']).toBe('1')
  })
})

describe('an end', () => {
  test('lets what is under way finish, and closes streams', async () => {
    const server = await TestServer.over(await (await storeWith({ accounts: { acme: { plan: 'free' } } })).open())
    const stream = listen(server.port, '/v1/events')
    await stream.opened
    const { port } = server
    const body = JSON.stringify({ context: ACME })
    const socket = connect(port, '127.0.0.1')
    let said = ''
    socket.on('data', (chunk) => (said += chunk.toString()))
    socket.write(
      `POST /ofrep/v1/evaluate/flags/${FLAG} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    await expect.poll(async () => (await server.ask('/metrics')).status).toBe(200)
    const stopped = server.server.stop()
    socket.write(body)
    await stopped
    await new Promise((resolve) => (socket.closed ? resolve(undefined) : socket.once('close', resolve)))
    expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close/i)
    expect(await stream.until('never')).toContain('retry: ')
  })

  test('SIGTERM ends the command with 0; the address is the one line that it prints', async () => {
    const store = await storeWith({ accounts: { acme: openai('growth', { model: 'gpt-4' }) } })
    const child = spawn(process.execPath, [CLI, 'serve', '--store', store.url, '--port', '0'], {
      cwd: store.base,
      env: { ...process.env, ...KEYS },
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/)
    const answered = await fetch(`${stdout.trim()}/ofrep/v1/evaluate/flags/${FLAG}`, {
      method: 'POST',
      body: JSON.stringify({ context: ACME }),
    })
    expect(await answered.json()).toMatchObject({ value: { model: 'gpt-4' } })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(stdout.split('\n')).toHaveLength(2)
  })

  test.each([
    [['serve'], /no store to answer from/],
    [['serve', '--store', 'ftp://x'], /is not a store/],
    [['serve', '--store', 'file:nowhere'], /needs a root of trust/],
    [['serve', '--store', 'file:x', '--host', '0.0.0.0'], /whoever reaches 0\.0\.0\.0/],
    [['serve', '--store', 'file:x', '--port', '70000'], /--port takes/],
    [['serve', '--store', 'file:x', '--mode', 'fast'], /the modes are full and lazy/],
    [['serve', '--store', 'file:x', '--every', 'soon'], /--every takes/],
    [['serve', '--store', 'file:x', '--origin', 'https://a.example/x'], /is no origin/],
    [['serve', '--store', 'file:x', '--tls-cert', 'c'], /--tls-key/],
    [['serve', '--store', 'file:x', '--token-file', 'nowhere'], /cannot read nowhere/],
    [['serve', '--store', 'file:x', '--rate-limit', '-1'], /--rate-limit takes/],
  ])('%j is wrong usage', async (args, why) => {
    const store = await storeWith({})
    const { code, stderr, stdout } = await tenfold(args, store.base)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(why)
  })
})

function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let said = ''
    socket.on('data', (chunk) => (said += chunk.toString()))
    socket.on('close', () => resolve(said))
    socket.on('error', (error) => (said === '' ? reject(error) : resolve(said)))
    socket.write(text)
  })
}
