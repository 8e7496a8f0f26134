import { chmodSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/config.ts'
import { ROOT, commitAll, git } from '../support/run.ts'
import { type OpenedConsole, openConsole } from './open-console.ts'

async function repository(): Promise<{ readonly folder: string; readonly config: string }> {
  const folder = temporaryFolder()
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true })
  await commitAll(folder)
  return { folder, config: join(folder, 'config') }
}

/** Sends bytes as they are, and returns what comes back until the connection ends. */
function send(origin: string, ...parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    let text = ''
    socket.setEncoding('utf8').on('data', (more: string) => (text += more))
    // The server may end the connection while we are still sending.
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
    for (const part of parts) socket.write(part)
  })
}

interface Asked {
  readonly method?: string
  readonly path?: string
  readonly headers?: readonly string[]
}

/** A request as text, with the cookie of whoever is signed in. */
function requestOf(console: OpenedConsole, { method = 'GET', path = '/keys', headers = [] }: Asked = {}): string {
  const { host } = new URL(console.origin)
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, `Cookie: ${console.cookie}`, ...headers]
  return `${lines.join('\r\n')}\r\n\r\n`
}

async function statusOf(console: OpenedConsole, asked: Asked): Promise<number> {
  const headers = [...(asked.headers ?? []), 'Connection: close']
  const answer = await send(console.origin, requestOf(console, { ...asked, headers }))
  expect(/\n {4}at |node:internal|\.tsx?:\d/.test(answer)).toBe(false)
  return Number(/^HTTP\/1\.1 (\d+) /.exec(answer)?.[1])
}

describe('a request', () => {
  test('of a path that is none is answered, and breaks nothing', async () => {
    const { config } = await repository()
    const console = await openConsole(config)
    const { host } = new URL(console.origin)
    const expected = [
      ['//', 404],
      ['//evil.example/', 404],
      ['/\\evil.example', 404],
      ['/../../etc/passwd', 404],
      ['/accounts/..%2f..%2fsettings', 200],
      ['/accounts/%2e%2e/keys', 200],
      ['/%00', 404],
      ['/accounts/%00', 404],
      ['/accounts/a%0ab', 200],
      ['/accounts/%ff', 404],
      ['/%', 404],
      ['/accounts?q=%', 200],
      ['/accounts?q=%00', 200],
      ['/accounts?q=a:b:c', 400],
      ['/accounts/__proto__', 200],
      ['/prompts/__proto__', 404],
      ['/prompts/constructor', 404],
      ['/proposals/..%2f..%2fHEAD', 404],
      ['/accounts/acme?at=%00', 400],
      ['/accounts/acme?at=--help', 400],
      ['/accounts/acme?at=a%0ab', 400],
      ['/accounts/acme?plan=__proto__', 200],
      ['/accounts/acme/history?function=__proto__', 400],
      ['/releases?from=__proto__&to=-1', 200],
      [`/${'a'.repeat(15_000)}`, 404],
      [`/${'a'.repeat(100_000)}`, 431],
      [`http://${host}/keys`, 200],
      ['http://evil.example/keys', 404],
      ['http://[/', 404],
      ['*', 404],
      ['keys', 400],
    ] as const
    const got: (readonly [path: string, status: number])[] = []
    for (const [path] of expected) got.push([path, await statusOf(console, { path })])
    expect(got).toEqual(expected)
    expect(console.bugs).toEqual([])
    expect((await console.get('/keys')).status).toBe(200)
  })

  test('with headers that are too many, two hosts, or no sense is refused', async () => {
    const { config } = await repository()
    const console = await openConsole(config)
    const { host } = new URL(console.origin)
    expect(await statusOf(console, { headers: [`X-Long: ${'a'.repeat(100_000)}`] })).toBe(431)
    expect(await statusOf(console, { headers: ['Host: evil.example'] })).toBe(421)
    expect(await statusOf(console, { headers: ['no colon'] })).toBe(400)
    const bare = await send(console.origin, `GET / HTTP/1.0\r\n\r\n`)
    expect(bare).toMatch(/^HTTP\/1\.1 421 /)
    expect(await send(console.origin, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 401 /,
    )
    expect(await send(console.origin, Buffer.from([0x16, 0x03, 0x01, 0x00]), '\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect(console.bugs).toEqual([])
  })

  test('by HEAD has no body; by any other method it is refused', async () => {
    const { config } = await repository()
    const console = await openConsole(config)
    const head = await console.ask('/keys', { method: 'HEAD', headers: { cookie: console.cookie } })
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(Number(head.headers['content-length'])).toBeGreaterThan(1000)
    for (const method of ['OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
      const answer = await console.ask('/keys', { method, headers: { cookie: console.cookie } })
      expect([method, answer.status, answer.headers['allow']]).toEqual([method, 405, 'GET, HEAD'])
    }
    for (const method of ['CONNECT', 'BREW']) {
      const answer = await send(console.origin, requestOf(console, { method, headers: ['Connection: close'] }))
      expect([method, answer.startsWith('HTTP/1.1 200')]).toEqual([method, false])
    }
    expect(await statusOf(console, { headers: ['Upgrade: websocket', 'Connection: Upgrade, close'] })).toBe(200)
  })

  test('that writes is refused while nothing can be written, and its body is not read', async () => {
    const { config } = await repository()
    const console = await openConsole(config)
    const size = 10 * 1024 * 1024
    for (const headers of [[], [`Origin: ${console.origin}`]]) {
      const asked = requestOf(console, { method: 'POST', headers: [...headers, `Content-Length: ${size}`] })
      // Only the head is sent: an answer comes all the same.
      const answer = await send(console.origin, asked)
      expect(answer).toMatch(/^HTTP\/1\.1 (?:403|405) /)
      expect(answer).toMatch(/\r\nconnection: close\r\n/i)
      await send(console.origin, asked, Buffer.alloc(size))
    }
    expect((await console.get('/keys')).status).toBe(200)
  })

  test('with a body that it should not have is answered, and the next one on the connection too', async () => {
    const { config } = await repository()
    const console = await openConsole(config)
    const first = requestOf(console, { headers: ['Content-Length: 5'] })
    const last = requestOf(console, { path: '/prompts', headers: ['Connection: close'] })
    const answer = await send(console.origin, first, 'hello', last)
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
  })

  test('after another on one connection, or left alone in the middle, disturbs no other', async () => {
    const { config } = await repository()
    const console = await openConsole(config)
    const paths = ['/keys', '/accounts/acme', '/prompts', '/nothing', '/models']
    const piped = paths.map((path) => requestOf(console, { path }))
    piped.push(requestOf(console, { path: '/strategies', headers: ['Connection: close'] }))
    const answer = await send(console.origin, piped.join(''))
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)).toEqual([
      '200',
      '200',
      '200',
      '404',
      '200',
      '200',
    ])
    for (let i = 0; i < 50; i++) {
      const socket = connect(Number(new URL(console.origin).port), '127.0.0.1')
      socket.on('error', () => {})
      await new Promise<void>((resolve) => socket.write(requestOf(console, { path: '/' }), () => resolve()))
      socket.destroy()
    }
    expect((await console.get('/')).status).toBe(200)
    expect(console.bugs).toEqual([])
  })

  test('among 200 at once gets its own page', async () => {
    const { config } = await repository()
    const console = await openConsole(config)
    const paths = [
      '/',
      '/accounts/acme',
      '/accounts/bluebird',
      '/settings',
      '/prompts',
      '/models',
      '/accounts?q=plan:free',
    ]
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => console.get(paths[i % paths.length] ?? '/')),
    )
    const titles = answers.map(({ text }) => /<title>([^<]*)/.exec(text)?.[1])
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    for (const [i, title] of titles.entries()) expect(title).toBe(titles[i % paths.length])
    expect(new Set(titles).size).toBe(paths.length)
    expect(console.bugs).toEqual([])
  })

  test('with the cookie among others, twice, or malformed', async () => {
    const { config } = await repository()
    const console = await openConsole(config)
    const [name = '', value = ''] = console.cookie.split('=')
    for (const [cookie, status] of [
      [`a=b; ${console.cookie}; c`, 200],
      [`${name}=wrong; ${console.cookie}`, 200],
      [`${console.cookie};${console.cookie}`, 200],
      [`=; ;;; ${console.cookie}`, 200],
      [`${name}`, 401],
      [`${name}=`, 401],
      [`${name}="${value}"`, 401],
      [`${name}=${value}x`, 401],
      [`${name}=${value}=x`, 401],
      [`x${name}=${value}`, 401],
      [`${name}=${value.toLowerCase()}`, 401],
      ['%', 401],
      ['\u00ff', 401],
    ] as const) {
      const answer = await console.ask('/keys', { headers: { cookie } })
      expect([cookie.replace(value, 'SESSION'), answer.status]).toEqual([cookie.replace(value, 'SESSION'), status])
    }
  })
})

describe('under an open console', () => {
  test('an account’s file that vanishes, moves, or becomes something else is shown as it is', async () => {
    const { config } = await repository()
    const console = await openConsole(config)
    const file = join(config, 'accounts', 'acme.yaml')
    const text = readFileSync(file, 'utf8')
    const plan = async (): Promise<string | undefined> => {
      const { status, text: page } = await console.get('/accounts/acme')
      expect([status, console.bugs]).toEqual([200, []])
      return /<span class="plan">([^<]*)/.exec(page)?.[1]
    }
    expect(await plan()).toBe('growth')
    rmSync(file)
    expect(await plan()).toBe('no file')
    mkdirSync(file)
    expect(await plan()).toBe('no file')
    rmSync(file, { recursive: true })
    symlinkSync('bluebird.yaml', file)
    expect(await plan()).toBe('no file')
    rmSync(file)
    mkdirSync(join(config, 'accounts', 'eu'))
    writeFileSync(join(config, 'accounts', 'eu', 'acme.yaml'), text.replace('plan: growth', 'plan: scale'))
    expect(await plan()).toBe('scale')
    writeFileSync(file, text)
    expect((await console.get('/accounts/acme/prompts')).text).toContain('ref/duplicate-account')
    rmSync(join(config, 'accounts', 'eu'), { recursive: true })
    expect(await plan()).toBe('growth')
    if (process.getuid?.() !== 0) {
      chmodSync(file, 0)
      expect([200, 503]).toContain((await console.get('/accounts/acme')).status)
      chmodSync(file, 0o644)
      expect(await plan()).toBe('growth')
    }
  })

  test('a global file that vanishes or becomes something else is reported, and nothing breaks', async () => {
    const { config } = await repository()
    const console = await openConsole(config)
    const file = join(config, 'models.yaml')
    const text = readFileSync(file, 'utf8')
    const makers: readonly (() => void)[] = [
      () => {},
      () => mkdirSync(file),
      () => symlinkSync('plans.yaml', file),
      () => writeFileSync(file, Buffer.alloc(3 * 1024 * 1024, 'a')),
      () => writeFileSync(file, Buffer.from([0xff, 0xfe, 0, 1])),
    ]
    for (const make of makers) {
      rmSync(file, { recursive: true, force: true })
      make()
      await settle()
      for (const path of ['/', '/models', '/accounts/acme', '/accounts/acme/prompts', '/settings', '/keys']) {
        const { status, text: page } = await console.get(path)
        expect([path, status, console.bugs]).toEqual([path, 200, []])
        expect(/\n {4}at /.test(page)).toBe(false)
      }
      expect((await console.get('/models')).text).toContain('The configuration has errors')
    }
    rmSync(file, { recursive: true })
    writeFileSync(file, text)
    await settle()
    expect((await console.get('/models')).text).not.toContain('The configuration has errors')
  })

  test('another branch that is checked out is what the pages show', async () => {
    const { folder, config } = await repository()
    await git(folder, 'checkout', '-q', '-b', 'other')
    const file = join(config, 'accounts', 'acme.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('plan: growth', 'plan: scale'))
    await git(folder, 'rm', '-q', 'config/accounts/bluebird.yaml')
    const commit = await commitAll(folder, 'Other')
    await git(folder, 'checkout', '-q', 'main')
    const console = await openConsole(config)
    expect((await console.get('/accounts/acme')).text).toContain('<span class="plan">growth</span>')
    for (const [branch, plan, other] of [
      ['other', 'scale', 'no file'],
      ['main', 'growth', 'scale'],
    ] as const) {
      await git(folder, 'checkout', '-q', branch)
      await settle()
      expect([
        branch,
        (await console.get('/accounts/acme')).text.includes(`<span class="plan">${plan}</span>`),
      ]).toEqual([branch, true])
      expect((await console.get('/accounts/bluebird')).text.includes('<span class="plan">no file</span>')).toBe(
        other === 'no file',
      )
      expect((await console.get('/')).text).toContain(`, ${branch}</dd>`)
    }
    await git(folder, 'checkout', '-q', '--detach', commit)
    await settle()
    expect((await console.get('/')).text).toContain('detached')
    await git(folder, 'checkout', '-q', 'main')
    await git(folder, 'pack-refs', '--all')
    await git(folder, 'commit', '-q', '--allow-empty', '-m', 'Next')
    await git(folder, 'pack-refs', '--all')
    await settle()
    expect((await console.get('/')).text).toContain((await git(folder, 'rev-parse', 'HEAD')).stdout.slice(0, 12))
  })

  test('a configuration that goes and comes back is an error meanwhile', async () => {
    const { folder, config } = await repository()
    const console = await openConsole(config)
    expect((await console.get('/accounts/acme')).status).toBe(200)
    renameSync(config, join(folder, 'elsewhere'))
    await settle()
    for (const path of ['/accounts/acme', '/settings', '/keys']) {
      const { status, text } = await console.get(path)
      expect([path, status]).toEqual([path, 400])
      expect(/\n {4}at /.test(text)).toBe(false)
    }
    renameSync(join(folder, 'elsewhere'), config)
    await settle()
    expect((await console.get('/accounts/acme')).text).toContain('<span class="plan">growth</span>')
    expect(console.bugs).toEqual([])
  })
})

/** What was looked at is what is there for a moment. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 250))
}
