import { isIP } from 'node:net'

/** Whether an address or a host's name is reached from this machine alone. */
export function isLoopbackHost(host: string): boolean {
  if (host === 'localhost' || host === '::1' || host === '[::1]') return true
  return isIP(host) === 4 && host.startsWith('127.')
}
