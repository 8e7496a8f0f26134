import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../support/config.ts'
import { ROOT, commitAll, tenfold } from '../support/run.ts'

const CLI = join(ROOT, 'dist', 'cli.js')

interface Started {
  readonly child: ChildProcess
  readonly address: URL
  /** All that it has written so far. */
  readonly said: () => { readonly stdout: string; readonly stderr: string }
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
}

async function repository(): Promise<string> {
  const folder = temporaryFolder()
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true })
  await commitAll(folder)
  return folder
}

/** Starts the program as a user does, until it has printed its first line. */
async function start(folder: string, ...flags: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [CLI, 'console', ...flags], { cwd: folder })
  onTestFinished(() => void child.kill('SIGKILL'))
  let [stdout, stderr] = ['', '']
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<Awaited<Started['ended']>>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      if (stdout.includes('\n')) resolve()
    })
    void ended.then(() => resolve())
  })
  const [address = ''] = /http:[^"\s]+/.exec(stdout) ?? []
  expect(address, stderr).not.toBe('')
  return { child, address: new URL(address), said: () => ({ stdout, stderr }), ended }
}

/** Whether somebody listens on a port. */
function isTaken(port: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

describe('the command', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('ends at %s with exit 0, and its port is free', async (signal) => {
    const { child, address, ended } = await start(await repository(), '--no-open')
    // One that keeps its connection does not keep the console.
    const socket = connect(Number(address.port), '127.0.0.1')
    await once(socket, 'connect')
    socket.on('error', () => {})
    child.kill(signal)
    expect(await ended).toEqual({ code: 0, signal: null })
    expect(await isTaken(address.port)).toBe(false)
  })

  test('ends while all accounts are being read', async () => {
    const { child, address, ended } = await start(await repository())
    const first = await fetch(address, { redirect: 'manual' })
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
    fetch(new URL('/', address), { headers: { cookie } }).catch(() => {})
    child.kill('SIGTERM')
    expect(await ended).toEqual({ code: 0, signal: null })
  })

  test('prints the address once, and nothing else has the token or the cookie', async () => {
    const { child, address, said, ended } = await start(await repository())
    const first = await fetch(address, { redirect: 'manual' })
    expect(first.status).toBe(303)
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(401)
    for (const path of ['/', '/accounts/acme', '/nothing', '//', '/accounts?q=x:y']) {
      const { origin } = address
      const text = await (await fetch(origin + path, { headers: { cookie } })).text()
      expect([path, text.includes(cookie.split('=')[1] ?? ''), text.includes(address.search)]).toEqual([
        path,
        false,
        false,
      ])
    }
    child.kill('SIGTERM')
    await ended
    const { stdout, stderr } = said()
    expect(stdout).toBe(`${address.href}\n`)
    const token = address.searchParams.get('token') ?? ''
    expect(token).not.toBe('')
    expect([stderr.includes(token), stderr.includes(cookie.split('=')[1] ?? '')]).toEqual([false, false])
    expect(stderr).toBe('the address is good once, in one browser; Ctrl+C ends the console\n')
  })

  test('prints JSON where it is asked to', async () => {
    const { child, address, said, ended } = await start(await repository(), '--format', 'json')
    child.kill('SIGTERM')
    await ended
    expect(JSON.parse(said().stdout)).toEqual({ address: address.href })
  })

  test('takes a port, and says what to do where it is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const place = server.address()
    const port = String(typeof place === 'object' && place !== null ? place.port : 0)
    const folder = await repository()
    const taken = await tenfold(['console', '--port', port], folder)
    expect(taken).toMatchObject({ code: 3, stdout: '' })
    expect(taken.stderr).toContain(`port ${port} cannot be used`)
    expect(taken.stderr).toContain('name another with --port')
    server.close()
    await once(server, 'close')
    const { address, child, ended } = await start(folder, '--port', port)
    expect(address.port).toBe(port)
    child.kill('SIGINT')
    await ended
    expect((await start(folder, '--port', port)).address.port).toBe(port)
  })

  test.each(['0', '-1', '65536', '1.5', '1e3', '0x50', ' 80', 'http', ''])('refuses --port "%s"', async (port) => {
    const { code, stdout, stderr } = await tenfold(['console', `--port=${port}`], temporaryFolder())
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('--port')
  })

  test('refuses a folder that is none, and a format that it does not have', async () => {
    const folder = await repository()
    const none = await tenfold(['console', '--config', 'nothing'], folder)
    expect(none).toMatchObject({ code: 2, stdout: '' })
    expect(none.stderr).toContain('there is no configuration folder "nothing"')
    expect(await tenfold(['console', '--format', 'sarif'], folder)).toMatchObject({ code: 2, stdout: '' })
    expect(await tenfold(['console', 'acme'], folder)).toMatchObject({ code: 2, stdout: '' })
  })
})
