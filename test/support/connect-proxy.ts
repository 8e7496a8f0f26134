import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type IncomingMessage, createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type Socket, connect } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './config.ts'

/** A certificate that nobody has signed but its own key, for these names. */
export function certificate(...names: readonly string[]): {
  readonly file: string
  readonly key: string
  readonly cert: string
} {
  const folder = temporaryFolder()
  const [keyFile, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      keyFile,
      '-out',
      file,
      '-days',
      '2',
      '-subj',
      '/CN=tenfold',
      '-addext',
      `subjectAltName=${names.map((name) => (/^[0-9.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join()}`,
    ],
    { stdio: 'ignore' },
  )
  return { file, key: readFileSync(keyFile, 'utf8'), cert: readFileSync(file, 'utf8') }
}

/** A proxy that knows `CONNECT`, and leads to one port of this machine whatever it is asked for. */
export class ConnectProxy {
  readonly #to: number
  readonly asked: { readonly target: string; readonly authorization: string | undefined }[] = []
  /** What it does instead. */
  fault: ((socket: Duplex) => void) | undefined
  port = 0

  constructor(to: number) {
    this.#to = to
  }

  async listen(secure?: { readonly key: string; readonly cert: string }): Promise<this> {
    const server = secure === undefined ? createServer() : createSecureServer(secure)
    const open = new Set<Duplex | Socket>()
    server.on('connect', (request: IncomingMessage, client: Duplex) => {
      open.add(client.on('error', () => {}))
      this.asked.push({ target: request.url ?? '', authorization: request.headers['proxy-authorization'] })
      if (this.fault !== undefined) return this.fault(client)
      const store = connect(this.#to, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
        store.pipe(client).pipe(store)
      })
      open.add(store.on('error', () => client.destroy()))
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    this.port = typeof address === 'object' && address !== null ? address.port : 0
    onTestFinished(async () => {
      for (const one of open) one.destroy()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    })
    return this
  }
}
