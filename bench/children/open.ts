import { readFileSync } from 'node:fs'
import { type OpenOptions, type Settings, TenfoldError, openSettings } from 'tenfold'
import { input, text } from './io.ts'

/** Opens the store that the parent named; undefined where this version has no such mode. */
export async function open(options: Partial<OpenOptions> = {}): Promise<Settings | undefined> {
  const mode = input['mode'] === 'lazy' ? 'lazy' : 'full'
  const trust = typeof input['trust'] === 'string' ? { trust: readFileSync(input['trust'], 'utf8') } : {}
  try {
    return await openSettings({ store: text('store'), mode, refresh: { everyMs: 0 }, ...trust, ...options })
  } catch (error) {
    if (error instanceof TenfoldError && error.code === 'unsupported_mode') return undefined
    throw error
  }
}

/** Where accounts are fetched one by one, they have to be asked for first. */
export async function need(settings: Settings, id: string): Promise<void> {
  if (input['mode'] !== 'lazy') return
  const account: unknown = 'account' in settings ? settings.account : undefined
  if (typeof account === 'function') await Reflect.apply(account, settings, [id])
}
