import { type ClientRequest, type RequestOptions, request as plainRequest } from 'node:http'
import { Agent, type RequestOptions as SecureOptions, request as secureRequest } from 'node:https'
import { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import { StoreFailure, codeOf } from '../../../base/failure.ts'
import type { Proxy } from './proxy.ts'

/**
 * Connections to a store through a proxy, reused like any others: the proxy is asked to `CONNECT`, and the traffic
 * through it is encrypted for the store, not for the proxy.
 */
export class Tunnel extends Agent {
  readonly #proxy: Proxy
  readonly #timeoutMs: number
  readonly #asking = new Set<ClientRequest>()

  /** @param timeoutMs for the proxy's answer. */
  constructor(proxy: Proxy, timeoutMs: number) {
    super({ keepAlive: true })
    this.#proxy = proxy
    this.#timeoutMs = timeoutMs
  }

  override createConnection(
    options: SecureOptions,
    done: (error: Error | null, stream: Duplex) => void = () => {},
  ): undefined {
    const { host, port, servername } = options
    this.#through(host ?? '', Number(port ?? 443), (error, socket) => {
      // A failure has no connection, though the type requires one.
      if (socket === undefined) done(error, new Duplex())
      else
        done(
          null,
          connect({
            socket,
            ALPNProtocols: ['http/1.1'],
            ...(host != null && { host }),
            ...(servername && { servername }),
          }),
        )
    })
  }

  /** Stops asking the proxy, and closes unused connections. */
  override destroy(): void {
    for (const asking of this.#asking) asking.destroy()
    super.destroy()
  }

  #through(host: string, port: number, done: (error: Error | null, socket?: Duplex) => void): void {
    const { isSecure, hostname, port: at, authorization, shown } = this.#proxy
    const place = `${host.includes(':') ? `[${host}]` : host}:${port}`
    const options: RequestOptions = {
      method: 'CONNECT',
      host: hostname,
      port: at,
      path: place,
      agent: false,
      headers: { host: place, ...(authorization !== undefined && { 'proxy-authorization': authorization }) },
    }
    const asking = isSecure ? secureRequest(options) : plainRequest(options)
    this.#asking.add(asking)
    const timer = setTimeout(() => {
      asking.destroy(new Error(`no answer within ${this.#timeoutMs} ms`))
    }, this.#timeoutMs)
    const end: typeof done = (error, socket) => {
      clearTimeout(timer)
      this.#asking.delete(asking)
      done(error, socket)
    }
    asking.once('connect', ({ statusCode: status = 0 }, socket) => {
      // From here on, the wrapping socket reports failures.
      socket.on('error', () => {})
      if (status >= 200 && status < 300) return end(null, socket)
      socket.destroy()
      end(refusal(status, shown))
    })
    asking.once('error', (error) => {
      const why = codeOf(error) || error.message
      end(new Error(`the proxy ${shown} cannot be used: ${why}`, { cause: error }))
    })
    asking.end()
  }
}

/** Builds the error for a refusal. A proxy's own decision will not change; a failure behind it may be retried. */
function refusal(status: number, proxy: string): Error {
  if (status === 407) {
    return new StoreFailure('unreadable', `the proxy ${proxy} wants a name and a password, in the proxy’s URL (407)`, {
      help: 'write them into it: http://NAME:PASSWORD@HOST:PORT',
    })
  }
  const message = `the proxy ${proxy} answered ${status}`
  return status < 500
    ? new StoreFailure('unreadable', message, { help: 'have the proxy let it through, or list the host in NO_PROXY' })
    : new Error(message)
}
