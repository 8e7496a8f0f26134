import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Settings } from 'tenfold'
import { idOf } from '../../test/support/corpus.ts'

/** What a peer has to answer for one account: its own value, unless the caller's plan is Free. */
export interface PeerAccount {
  readonly id: string
  readonly value: object
  readonly fallback: object
}

/** The first accounts, with the answers that ours gives. */
export function accountsFor(settings: Settings, name: string, count: number): PeerAccount[] {
  const fallback = { ...settings.getModelConfig(name, 'nobody-knows-this-one') }
  return Array.from({ length: count }, (_, i) => {
    const value = JSON.parse(JSON.stringify(settings.getModelConfig(name, idOf(i))))
    return { id: idOf(i), value, fallback: JSON.parse(JSON.stringify(fallback)) }
  })
}

/** Opens one of `bench/peers/*.js`, whose packages are installed there and known nowhere else. */
export async function openPeer(name: string, accounts: readonly PeerAccount[]): Promise<(id: string) => unknown> {
  const module: unknown = await import(pathToFileURL(join(process.cwd(), 'bench', 'peers', `${name}.js`)).href)
  const open: unknown = typeof module === 'object' && module !== null && 'open' in module ? module.open : undefined
  if (typeof open !== 'function') throw new TypeError(`the peer ${name} cannot be opened`)
  const ask: unknown = await open(accounts)
  if (typeof ask !== 'function') throw new TypeError(`the peer ${name} cannot be asked`)
  return (id) => ask(id)
}
