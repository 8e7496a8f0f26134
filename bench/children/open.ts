import { readFileSync } from 'node:fs'
import { type OpenOptions, type Settings, openSettings } from 'tenfold'
import { input, text } from './io.ts'

/** Opens the store that the parent named. */
export async function open(options: Partial<OpenOptions> = {}): Promise<Settings> {
  const mode = input['mode'] === 'lazy' ? 'lazy' : 'full'
  const trust = typeof input['trust'] === 'string' ? { trust: readFileSync(input['trust'], 'utf8') } : {}
  return openSettings({ store: text('store'), mode, refresh: { everyMs: 0 }, ...trust, ...options })
}
