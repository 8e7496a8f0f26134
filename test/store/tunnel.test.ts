import { type AddressInfo, type Socket, createServer } from 'node:net'
import { type Server as SecureServer, createServer as createSecureServer } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { StoreFailure } from '../../src/base/failure.ts'
import type { Proxy } from '../../src/store/backends/http/proxy.ts'
import { Tunnel } from '../../src/store/backends/http/tunnel.ts'
import { certificate } from '../support/connect-proxy.ts'

interface ProxyServer extends Proxy {
  /** The head of each request. */
  readonly heads: string[]
}

/** A proxy that gives one answer to whoever asks, or none; what is sent through it then goes to `through`. */
async function proxyThat(answer: string | undefined, through?: (socket: Socket) => void): Promise<ProxyServer> {
  const heads: string[] = []
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.once('data', (bytes) => {
      heads.push(bytes.toString('latin1'))
      if (answer !== undefined) socket.write(answer)
      if (through !== undefined) through(socket)
    })
  })
  const port = await listening(server)
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return { isSecure: false, hostname: '127.0.0.1', port, authorization: undefined, shown: `proxy:${port}`, heads }
}

async function listening(server: ReturnType<typeof createServer> | SecureServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return addressOf(server.address()).port
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (typeof address !== 'object' || address === null) throw new Error('it does not listen')
  return address
}

/** What comes of asking a proxy for a connection: the error, or undefined where there is one. */
function askedOf(tunnel: Tunnel, options: object): Promise<Error | null> {
  return new Promise((resolve) => {
    tunnel.createConnection(options, (error, stream) => {
      stream.on('error', () => {})
      stream.destroy()
      resolve(error)
    })
  })
}

test('the proxy is asked for the host and port of the store, and told who asks', async () => {
  const proxy = await proxyThat('HTTP/1.1 200 Yes\r\n\r\n')
  expect(await askedOf(new Tunnel(proxy, 5_000), { host: 'store.example', port: 8443 })).toBeNull()
  const known = new Tunnel({ ...proxy, authorization: 'Basic abc' }, 5_000)
  expect(await askedOf(known, { host: '::1', port: '443' })).toBeNull()
  expect(await askedOf(known, { host: 'store.example' })).toBeNull()
  const told = proxy.heads.map((head) => head.split('\r\n').filter((line) => !line.startsWith('Connection')))
  expect(told.map(([first]) => first)).toEqual([
    'CONNECT store.example:8443 HTTP/1.1',
    'CONNECT [::1]:443 HTTP/1.1',
    'CONNECT store.example:443 HTTP/1.1',
  ])
  expect(told[0]).toContain('host: store.example:8443')
  expect(told[0]?.join()).not.toContain('authorization')
  expect(told[1]).toContain('proxy-authorization: Basic abc')
})

test('what goes through it is encrypted for the store, by its name', async () => {
  const hellos: string[] = []
  const proxy = await proxyThat('HTTP/1.1 204 Yes\r\n\r\n', (socket) => {
    socket.once('data', (bytes) => {
      hellos.push(bytes.toString('latin1'))
      socket.destroy()
    })
  })
  const tunnel = new Tunnel(proxy, 5_000)
  await new Promise<void>((resolve) => {
    tunnel.createConnection({ host: 'store.example', servername: 'name.example' }, (_, stream) => {
      stream.on('error', () => resolve())
    })
  })
  // A handshake that names the store, and HTTP/1.1 as what is spoken.
  expect(hellos[0]?.charCodeAt(0)).toBe(0x16)
  expect(hellos[0]).toContain('name.example')
  expect(hellos[0]).toContain('http/1.1')
})

test.each<[answer: string, isFinal: boolean, message: string]>([
  ['HTTP/1.1 407 No\r\n\r\n', true, 'the proxy AT wants a name and a password, in the proxy’s URL (407)'],
  ['HTTP/1.1 403 No\r\n\r\n', true, 'the proxy AT answered 403'],
  ['HTTP/1.1 300 No\r\n\r\n', true, 'the proxy AT answered 300'],
  ['HTTP/1.1 499 No\r\n\r\n', true, 'the proxy AT answered 499'],
  ['HTTP/1.1 500 No\r\n\r\n', false, 'the proxy AT answered 500'],
  ['HTTP/1.1 502 No\r\n\r\n', false, 'the proxy AT answered 502'],
])('its refusal is told, and whether another try may help: %j', async (answer, isFinal, message) => {
  const proxy = await proxyThat(answer)
  const error = await askedOf(new Tunnel(proxy, 5_000), { host: 'store.example' })
  expect(error?.message).toBe(message.replace('AT', proxy.shown))
  expect(error instanceof StoreFailure).toBe(isFinal)
  if (error instanceof StoreFailure) expect(error.help).toMatch(/NAME:PASSWORD|NO_PROXY/)
})

test('one that does not answer is given up', async () => {
  const proxy = await proxyThat(undefined)
  const error = await askedOf(new Tunnel(proxy, 50), { host: 'store.example' })
  expect(error?.message).toBe(`the proxy ${proxy.shown} cannot be used: no answer within 50 ms`)
})

test('one that is not there, or says nothing of sense, cannot be used', async () => {
  const gone = await proxyThat('x')
  const nowhere = { ...gone, port: 1 }
  expect((await askedOf(new Tunnel(nowhere, 5_000), { host: 'a' }))?.message).toBe(
    `the proxy ${gone.shown} cannot be used: ECONNREFUSED`,
  )
  const rude = await proxyThat('no HTTP\r\n\r\n')
  expect((await askedOf(new Tunnel(rude, 5_000), { host: 'a' }))?.message).toBe(
    `the proxy ${rude.shown} cannot be used: HPE_INVALID_CONSTANT`,
  )
})

test('whoever stops does not wait for its answer', async () => {
  const proxy = await proxyThat(undefined)
  const tunnel = new Tunnel(proxy, 60_000)
  const asked = askedOf(tunnel, { host: 'store.example' })
  tunnel.destroy()
  expect((await asked)?.message).toContain(`the proxy ${proxy.shown} cannot be used: `)
})

test('one that speaks TLS is asked by TLS', async () => {
  const { key, cert } = certificate('localhost')
  const server = createSecureServer({ key, cert })
  server.on('tlsClientError', () => {})
  const port = await listening(server)
  onTestFinished(() => void server.close())
  const proxy = { isSecure: true, hostname: 'localhost', port, authorization: undefined, shown: 'proxy' }
  const error = await askedOf(new Tunnel(proxy, 5_000), { host: 'store.example' })
  expect(error?.message).toBe('the proxy proxy cannot be used: DEPTH_ZERO_SELF_SIGNED_CERT')
})
