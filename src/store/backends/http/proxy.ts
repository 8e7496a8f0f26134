import { BlockList, isIP } from 'node:net'
import { StoreFailure } from '../../../base/failure.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The proxy that is asked for a connection to the store, in place of the store. */
export interface Proxy {
  readonly isSecure: boolean
  readonly hostname: string
  readonly port: number
  /** The credentials sent to the proxy; never shown. */
  readonly authorization: string | undefined
  /** Its host and port, for messages. */
  readonly shown: string
}

/**
 * Returns the proxy that the environment names for a URL: by `https_proxy` or `HTTPS_PROXY`, else `all_proxy` or
 * `ALL_PROXY`, in curl's order, lower case first. A store without TLS is on this machine, and never uses a proxy.
 *
 * @throws {StoreFailure} `unreadable` when the value does not name a proxy.
 */
export function proxyOf(url: URL, env: Env): Proxy | undefined {
  if (url.protocol !== 'https:') return undefined
  const names = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']
  const name = names.find((one) => env[one] !== undefined && env[one] !== '')
  const given = name === undefined ? undefined : env[name]
  if (name === undefined || given === undefined || isExcepted(url, env['no_proxy'] ?? env['NO_PROXY'] ?? ''))
    return undefined
  const proxy = parse(given.trim())
  // The value may hold a password, even if it is not a URL.
  if (proxy === undefined) {
    throw new StoreFailure('unreadable', `${name} names no proxy such as http://HOST:PORT or https://HOST:PORT`, {
      help: `correct ${name}, or unset it`,
    })
  }
  return proxy
}

function parse(given: string): Proxy | undefined {
  let url: URL
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`)
  } catch {
    return undefined
  }
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') return undefined
  const isSecure = url.protocol === 'https:'
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port)
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`
  return {
    isSecure,
    port,
    hostname: bare(url.hostname),
    authorization: credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
    shown: `${url.hostname}:${port}`,
  }
}

/**
 * Whether `NO_PROXY` covers the host: `*` covers every host, `example.org` and `.example.org` cover it and all
 * subdomains, and `10.0.0.0/8` covers the addresses that are written as such in the URL. A port narrows it.
 */
function isExcepted(url: URL, list: string): boolean {
  const host = bare(url.hostname).replace(/\.$/, '').toLowerCase()
  const port = url.port === '' ? '443' : url.port
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '') return false
      if (entry === '*') return true
      if (entry.includes('/')) return isIn(host, entry)
      const [, name = entry, onlyAt] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? []
      if (onlyAt !== undefined && onlyAt !== port) return false
      const suffix = bare(name)
        .replace(/^\*?\./, '')
        .replace(/\.$/, '')
      return suffix !== '' && (host === suffix || (isIP(host) === 0 && host.endsWith(`.${suffix}`)))
    })
}

function isIn(host: string, network: string): boolean {
  const slash = network.indexOf('/')
  const [address, bits] = [bare(network.slice(0, slash)), Number(network.slice(slash + 1))]
  const family = isIP(address)
  if (family === 0 || isIP(host) !== family || !Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128))
    return false
  const type = family === 4 ? 'ipv4' : 'ipv6'
  const addresses = new BlockList()
  addresses.addSubnet(address, bits, type)
  return addresses.check(host, type)
}

/** Strips the brackets around an IPv6 address in a URL. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
