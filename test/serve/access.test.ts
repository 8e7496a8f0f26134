import { createHash, createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { signToken, verifyToken } from '../../src/serve/access/account-tokens.ts'
import { parseBackendTokens, parseTokenKeys } from '../../src/serve/access/token-files.ts'
import { openai, storeWith } from '../sdk/store.ts'
import { tenfold } from '../support/run.ts'
import { type ServedSettings, createServer } from '../../src/serve/index.ts'
import { TestServer, listen } from './ask-server.ts'

const BACKEND = 'a-token-of-a-backend-0123456789'
const K1 = Buffer.alloc(32, 1)
const K2 = Buffer.alloc(32, 2)
const FLAG = 'functions.generate_content'
const NOW = Math.floor(Date.now() / 1_000)
const ACME = { targetingKey: 'acme' }

const bearer = (token: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Bearer ${token}` },
})
const token = (over: Partial<Parameters<typeof signToken>[1]> = {}, key = K1, environment = 'production'): string => {
  return signToken('token', { key: 'k1', expires: NOW + 600, account: 'acme', ...over }, key, environment)
}

interface Guarded {
  readonly server: TestServer
  readonly files: { readonly tokens: string; readonly keys: string }
}

async function guarded(over: object = {}, settings?: ServedSettings | Promise<ServedSettings>): Promise<Guarded> {
  const folder = mkdtempSync(join(tmpdir(), 'tenfold-access-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const files = { tokens: join(folder, 'tokens'), keys: join(folder, 'keys') }
  writeFileSync(files.tokens, `# ours\n${BACKEND}\n`)
  writeFileSync(files.keys, `k1 ${K1.toString('base64')}\nk2=${K2.toString('hex')}\n`)
  const store = await storeWith({ accounts: { acme: openai('growth', { model: 'gpt-4' }), other: { plan: 'free' } } })
  const server = await TestServer.over(settings ?? (await store.open()), {
    tokenFile: files.tokens,
    tokenKeys: files.keys,
    ...over,
  })
  return { server, files }
}

describe('with tokens', () => {
  test('a backend asks for every account, by either header', async () => {
    const { server } = await guarded()
    for (const headers of [
      { authorization: `Bearer ${BACKEND}` },
      { authorization: `bearer ${BACKEND}` },
      { 'x-api-key': BACKEND },
    ]) {
      expect((await server.flag(FLAG, ACME, { headers })).status).toBe(200)
    }
    expect((await server.ask('/metrics', bearer(BACKEND))).status).toBe(200)
  })

  test('an account asks for itself alone, and under its plan', async () => {
    const { server } = await guarded()
    const asked = async (text: string, context: object): Promise<unknown[]> => {
      const { status, json } = await server.flag(FLAG, context, bearer(text))
      return [status, json.value?.model ?? json.errorCode]
    }
    expect(await asked(token(), ACME)).toEqual([200, 'gpt-4'])
    expect(await asked(token(), { targetingKey: 'other' })).toEqual([403, 'GENERAL'])
    expect(await asked(token({ plan: 'free' }), ACME)).toEqual([200, 'gpt-4o-mini'])
    expect(await asked(token({ plan: 'free' }), { ...ACME, plan: 'free' })).toEqual([200, 'gpt-4o-mini'])
    expect(await asked(token({ plan: 'free' }), { ...ACME, plan: 'growth' })).toEqual([403, 'GENERAL'])
    expect(await asked(token({ key: 'k2' }, K2), ACME)).toEqual([200, 'gpt-4'])
    expect((await server.all({ targetingKey: 'other' }, bearer(token()))).status).toBe(403)
    expect((await server.ask('/metrics', bearer(token()))).status).toBe(403)
    const body = { account: 'other', variables: { IGNY8_KEYWORDS: 'x' } }
    const compiled = await server.ask('/v1/prompt/clustering/compile', { method: 'POST', body, ...bearer(token()) })
    expect(compiled.status).toBe(403)
  })

  const whole = token()
  const cut = whole.slice(0, -1)
  test.each([
    ['nothing', ''],
    ['another word', 'a-token-of-a-backend-012345678'],
    ['one that is longer', `${BACKEND}x`],
    ['a MAC under another key', token({}, K2)],
    ['a key that is not there', token({ key: 'k3' })],
    ['another environment', token({}, K1, 'staging')],
    ['one that is over', token({ expires: NOW - 1 })],
    ['one for too long', token({ expires: NOW + 86_400 + 3_600 })],
    ['another account under the same MAC', whole.replace('.acme.', '.other.')],
    ['a plan that was added', whole.replace('.acme..', '.acme.scale.')],
    ['one that is cut', cut],
    ['one with more', `${whole}.x`],
    ['another spelling of the MAC', `${whole}=`],
    ['a ticket', signToken('ticket', { key: 'k1', expires: NOW + 600, account: 'acme' }, K1, 'production')],
    ['no account', token({ account: '' })],
    ['no id', token({ account: 'A b' })],
    ['no plan', token({ plan: 'gold' })],
    ['an end that is no number', macOver('t1.k1.1e12.acme.')],
  ])('%s is 401, and says nothing of why', async (_, text) => {
    const { server } = await guarded()
    const answered = await server.flag(FLAG, ACME, text === '' ? {} : bearer(text))
    expect(answered.status).toBe(401)
    expect(answered.headers['www-authenticate']).toContain('Bearer')
    expect(answered.json.errorDetails).toMatch(/token/)
  })

  test('a key that is removed, and a token, are worth nothing a moment later', async () => {
    const { server, files } = await guarded()
    const status = async (text: string): Promise<number> => (await server.flag(FLAG, ACME, bearer(text))).status
    expect([await status(token()), await status(BACKEND)]).toEqual([200, 200])
    writeFileSync(files.keys, `k2 ${K2.toString('base64url')}\n`)
    writeFileSync(files.tokens, 'another-token-of-a-backend-0123456789\n')
    await expect.poll(() => status(token()), { timeout: 60_000 }).toBe(401)
    await expect.poll(() => status(BACKEND), { timeout: 60_000 }).toBe(401)
    // What is wrong leaves what was there, and is told once; what is gone lets nobody in.
    writeFileSync(files.keys, 'k2 short\n')
    rmSync(files.tokens)
    await expect.poll(() => server.problems.length, { timeout: 60_000 }).toBe(2)
    expect(await status(token({ key: 'k2' }, K2))).toBe(200)
    expect(await status('another-token-of-a-backend-0123456789')).toBe(401)
    writeFileSync(files.keys, '# none\n')
    await expect.poll(() => status(token({ key: 'k2' }, K2)), { timeout: 60_000 }).toBe(401)
    expect(server.problems.map(({ message }) => message).join()).not.toContain('short')
  })

  test('an event stream needs its ticket, which opens nothing else', async () => {
    const { server, files } = await guarded()
    const { json } = await server.all(ACME, bearer(token()))
    const { requestUri } = json.eventStreams[0].endpoint
    const ticket = new URLSearchParams(requestUri.split('?')[1]).get('ticket') ?? ''
    const stream = listen(server.port, requestUri)
    expect(await stream.opened).toBe(200)
    expect(await listen(server.port, '/v1/events').opened).toBe(401)
    expect(await listen(server.port, '/v1/events?ticket=e1.k1.9.acme..x').opened).toBe(401)
    expect(await listen(server.port, `/v1/events?ticket=${token()}`).opened).toBe(401)
    expect(await listen(server.port, '/v1/events', { authorization: `Bearer ${BACKEND}` }).opened).toBe(200)
    expect((await server.flag(FLAG, ACME, bearer(ticket))).status).toBe(401)
    // The same within the hour, so that a client need not connect again.
    const again = await server.all(ACME, bearer(token()))
    expect(again.json.eventStreams).toEqual(json.eventStreams)
    writeFileSync(files.keys, `k2 ${K2.toString('base64url')}\n`)
    await expect.poll(() => listen(server.port, requestUri).opened, { timeout: 60_000 }).toBe(401)
  })

  test('backends’ tokens alone make tickets that another server with the same file takes', async () => {
    const [a, b] = [await guarded({ tokenKeys: undefined }), await guarded({ tokenKeys: undefined })]
    const { json } = await a.server.all(ACME, bearer(BACKEND))
    expect(await listen(b.server.port, json.eventStreams[0].endpoint.requestUri).opened).toBe(200)
  })

  test('where there are keys alone, no ticket can be made of nothing', async () => {
    const { server } = await guarded({ tokenFile: undefined })
    const key = createHash('sha256').update('tenfold-ticket-key-v1\n').digest()
    const forged = signToken('ticket', { key: '_', expires: NOW + 600, account: '' }, key, 'production')
    expect(await listen(server.port, `/v1/events?ticket=${forged}`).opened).toBe(401)
  })

  test('a token that is another brings a ticket that is another, whatever the client has', async () => {
    const { server } = await guarded()
    const first = await server.all(ACME, bearer(token()))
    const etag = { 'if-none-match': String(first.headers['etag']) }
    expect((await server.all(ACME, { headers: { ...bearer(token()).headers, ...etag } })).status).toBe(304)
    const later = bearer(token({ expires: NOW + 1_200 })).headers
    const second = await server.all(ACME, { headers: { ...later, ...etag } })
    expect(second.status).toBe(200)
    expect(second.json.eventStreams).not.toEqual(first.json.eventStreams)
  })

  test('a stream ends with the token that opened it, and a ticket opens one beside a token that has ended', async () => {
    const store = await storeWith({ accounts: { acme: { plan: 'free' } } })
    const settings = await store.open()
    const { server } = await guarded({}, settings)
    const short = bearer(token({ expires: Math.floor(Date.now() / 1_000) + 2 })).headers
    const { json } = await server.all(ACME, bearer(token()))
    const stream = listen(server.port, '/v1/events', short)
    expect(await stream.opened).toBe(200)
    await expect.poll(async () => (await server.all(ACME, { headers: short })).status, { timeout: 60_000 }).toBe(401)
    const beside = listen(server.port, json.eventStreams[0].endpoint.requestUri, short)
    expect(await beside.opened).toBe(200)
    await store.publish({ accounts: { acme: { plan: 'starter' } } })
    await settings.refresh()
    expect(await stream.until('data:')).not.toContain('data:')
    expect(await beside.until('data:')).toContain('0-2-none')
  })

  test('before there is a release, nobody can say whether an account’s token is right', async () => {
    const { server } = await guarded({}, new Promise<never>(() => {}))
    const early = await server.flag(FLAG, ACME, bearer(token()))
    expect([early.status, early.headers['retry-after']]).toEqual([503, '1'])
    expect((await server.flag(FLAG, ACME)).status).toBe(401)
    expect((await server.flag(FLAG, ACME, bearer(BACKEND))).status).toBe(503)
  })

  test('an account has half of the streams at most, and its requests for them are limited', async () => {
    const { server } = await guarded({ maxStreams: 4, rateLimit: 5 })
    const mine = bearer(token()).headers
    const opened = await Promise.all(Array.from({ length: 7 }, () => listen(server.port, '/v1/events', mine).opened))
    const count = (status: number): number => opened.filter((one) => one === status).length
    expect([count(200), count(503), count(429)]).toEqual([2, 3, 2])
    const theirs = bearer(token({ account: 'other' })).headers
    expect(await listen(server.port, '/v1/events', theirs).opened).toBe(200)
    expect((await server.ask('/v1/events', { method: 'HEAD', ...bearer(BACKEND) })).status).toBe(405)
  })

  test('neither tokens nor tickets are in the log of requests', async () => {
    const entries: object[] = []
    const { server } = await guarded({ onAccess: (entry: object) => entries.push(entry) })
    const { json } = await server.all(ACME, bearer(token()))
    await listen(server.port, json.eventStreams[0].endpoint.requestUri).opened
    expect(entries).toMatchObject([
      { method: 'POST', path: '/ofrep/v1/evaluate/flags', status: 200, caller: 'account acme' },
      { method: 'GET', path: '/v1/events', status: 200 },
    ])
    expect(JSON.stringify(entries)).not.toMatch(/t1\.|e1\.|ticket/)
  })

  test('health needs none', async () => {
    const { server } = await guarded()
    expect((await server.ask('/healthz')).status).toBe(200)
    expect((await server.ask('/readyz')).status).toBe(200)
    expect((await server.ask('/metrics')).status).toBe(401)
  })
})

describe('without tokens, on loopback', () => {
  test.each([
    ['its own address', (port: number) => `127.0.0.1:${port}`, 200],
    ['localhost', (port: number) => `localhost:${port}`, 200],
    ['a name that somebody lets point here', () => 'evil.example', 421],
    ['that name with the port', (port: number) => `evil.example:${port}`, 421],
    ['localhost in capitals', (port: number) => `LOCALHOST:${port}`, 200],
    ['another port', () => '127.0.0.1:1', 421],
  ])('the Host of %s', async (_, host, status) => {
    const store = await storeWith({ accounts: { acme: { plan: 'free' } } })
    const server = await TestServer.over(await store.open())
    expect((await server.flag(FLAG, ACME, { headers: { host: host(server.port) } })).status).toBe(status)
    expect((await server.ask('/healthz', { headers: { host: host(server.port) } })).status).toBe(status)
  })
})

test('without tokens, a server that would listen beyond this machine does not', async () => {
  const server = createServer(await (await storeWith({})).open())
  const failed = new Promise<Error>((resolve) => server.once('error', resolve))
  server.listen(0, '0.0.0.0')
  expect((await failed).message).toMatch(/whoever reaches 0\.0\.0\.0/)
  expect(server.listening).toBe(false)
})

test.each([
  [{ rateLimits: 3 }, /no option "rateLimits"; there are graceMs, .*rateLimit/],
  [{ rateLimit: -1 }, /rateLimit has to be a number of requests, 1 or more/],
  [{ origins: 'https://a.example' }, /origins has to be a list/],
  [{ origins: ['https://a.example/'] }, /origins has to be a list/],
  [{ maxStreams: 0.5 }, /maxStreams/],
  [{ tls: { cert: 'x' } }, /tls has to be like/],
  [{ onAccess: 'log' }, /onAccess has to be a function/],
])('the options %j are refused', async (options, why) => {
  const settings = await (await storeWith({})).open()
  const create = (): unknown => Reflect.apply(createServer, undefined, [settings, options])
  expect(create).toThrow(expect.objectContaining({ code: 'invalid_option', message: expect.stringMatching(why) }))
})

describe('pages of other origins', () => {
  test('may ask where they are named, and nowhere else', async () => {
    const { server } = await guarded({ origins: ['https://app.example.com'] })
    const headers = { ...bearer(token()).headers, origin: 'https://app.example.com' }
    const { headers: got } = await server.all(ACME, { headers })
    expect(got).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-expose-headers': 'ETag, Retry-After',
      vary: 'Origin',
    })
    const asked = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    }
    const preflight = await server.ask('/ofrep/v1/evaluate/flags', {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', ...asked },
    })
    expect([preflight.status, preflight.headers['access-control-allow-methods']]).toEqual([204, 'GET, POST, OPTIONS'])
    expect(String(preflight.headers['access-control-allow-headers']).toLowerCase()).toContain('if-none-match')
    for (const origin of ['https://app.example.com.evil.example', 'null', 'http://app.example.com']) {
      const refused = await server.all(ACME, { headers: { ...headers, origin } })
      expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([403, undefined])
    }
  })
})

describe('the files', () => {
  test.each([
    ['short\n', /line 1 .* is no token/],
    ['# x\n\nwith a blank in the middle of it\n', /line 3 .* is no token/],
  ])('%j is no file of tokens', (text, why) => {
    expect(() => parseBackendTokens(text, 'F')).toThrow(why)
  })

  test('one that is empty from the start is a mistake', async () => {
    const empty = join(mkdtempSync(join(tmpdir(), 'tenfold-access-')), 'empty')
    onTestFinished(() => rmSync(dirname(empty), { recursive: true, force: true }))
    writeFileSync(empty, '# nothing yet\n')
    const settings = await (await storeWith({})).open()
    expect(() => createServer(settings, { tokenFile: empty })).toThrow(/has no token/)
    expect(() => createServer(settings, { tokenKeys: empty })).toThrow(/has no key/)
  })

  test('a certificate that is none is wrong usage', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tenfold-access-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    for (const file of [cert, key]) writeFileSync(file, 'garbage\n')
    const settings = await (await storeWith({})).open()
    expect(() => createServer(settings, { tls: { cert, key } })).toThrow(/do not fit, or are no PEM/)
    const { code, stderr } = await tenfold(
      ['serve', '--store', 'file:.tenfold/store', '--port', '0', '--tls-cert', cert, '--tls-key', key],
      folder,
    )
    expect([code, stderr]).toEqual([2, expect.stringContaining('do not fit')])
  })

  test.each([
    ['k1\n', /line 1 of F is no key/],
    [`k1 ${Buffer.alloc(31).toString('base64')}\n`, /line 1 of F is no key/],
    [`K.1 ${K1.toString('base64')}\n`, /line 1 of F is no key/],
    [`a ${K1.toString('hex')}\na ${K2.toString('hex')}\n`, /two keys named "a"/],
  ])('%j is no file of keys', (text, why) => {
    expect(() => parseTokenKeys(text, 'F')).toThrow(why)
  })
})

describe('tenfold token', () => {
  const run = async (args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> => {
    const folder = mkdtempSync(join(tmpdir(), 'tenfold-token-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    writeFileSync(join(folder, 'keys'), `k1 ${K1.toString('base64')}\nk2 ${K2.toString('base64')}\n`)
    return tenfold(['token', ...args], folder)
  }

  test('prints a token that the server takes', async () => {
    const { stdout, code } = await run(['acme', '--token-keys', 'keys', '--plan', 'growth', '--ttl', '2h'])
    const keys = new Map([['k1', K1]])
    const grant = verifyToken('token', stdout.trim(), keys, 'production', NOW)
    expect([code, grant]).toEqual([0, { key: 'k1', account: 'acme', plan: 'growth', expires: grant?.expires }])
    expect((grant?.expires ?? 0) - NOW).toBeGreaterThanOrEqual(7_199)
    const other = await run(['acme', '--token-keys', 'keys', '--key', 'k2', '--env', 'staging', '--format', 'json'])
    const json: { token: string; environment: string } = JSON.parse(other.stdout)
    expect(json.environment).toBe('staging')
    expect(verifyToken('token', json.token, new Map([['k2', K2]]), 'staging', NOW)?.plan).toBeUndefined()
  })

  test.each([
    [['Acme!', '--token-keys', 'keys'], /no account id/],
    [['acme', '--token-keys', 'keys', '--plan', 'grwth'], /did you mean "growth"/],
    [['acme', '--token-keys', 'keys', '--ttl', '25h'], /from 1s to 24h/],
    [['acme', '--token-keys', 'keys', '--ttl', '0s'], /from 1s to 24h/],
    [['acme', '--token-keys', 'keys', '--key', 'k9'], /the keys are k1, k2/],
    [['acme', '--token-keys', 'nowhere'], /cannot read nowhere/],
    [['acme'], /--token-keys/],
  ])('%j is wrong usage', async (args, why) => {
    const { code, stderr, stdout } = await run(args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(why)
  })
})

function macOver(said: string): string {
  const mac = createHmac('sha256', K1).update(`tenfold-token-v1\nproduction\n${said}`).digest('base64url')
  return `${said}.${mac}`
}
