import { StoreFailure } from '../../../base/failure.ts'
import { shown } from '../../parse-store-url.ts'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether a server is on this machine, so that a connection to it uses no network. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.has(hostname)
}

/** Returns the URL below which a store's files are. @throws {StoreFailure} `unsupported` */
export function baseOf(url: string): URL {
  const base = parse(url)
  if (base === null) throw refused(url, 'this is no URL')
  if (base.username !== '' || base.password !== '') throw refused(url, 'keep credentials out of the URL')
  if (base.search !== '' || base.hash !== '') throw refused(url, 'a store’s URL has no query and no fragment')
  // Anyone on the network path could read the prompts; a connection to this machine does not use a network.
  if (base.protocol !== 'https:' && !isLoopback(base)) throw refused(url, 'use https')
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return base
}

function parse(url: string): URL | null {
  try {
    return new URL(url)
  } catch {
    return null
  }
}

function refused(url: string, why: string): StoreFailure {
  return new StoreFailure('unsupported', `${shown(url)} cannot be a store: ${why}`)
}
