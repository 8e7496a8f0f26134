import { start } from './cold-start.ts'
import { type Hash, idHash } from './memory/hash-ids.ts'
import { type OpenOptions, resolveOptions } from './resolve-options.ts'
import { Settings } from './settings-client.ts'
import { translated } from './tenfold-error.ts'
import type { AnySettings, SettingsOf, SettingsTypes } from './typed-settings.ts'

/**
 * Opens a store and loads its whole release into memory: from then on answers need no waiting. In `lazy` mode accounts
 * are read on demand, with `account`.
 *
 * ```ts
 * import { openSettings } from 'tenfold'
 *
 * const settings = await openSettings({ store: 'file:.tenfold/store' })
 * const { provider, model, maxTokens } = settings.getModelConfig('generate_content', 'acme', { plan: 'growth' })
 * const { promptValue } = settings.getEffectivePrompt('acme', 'clustering')
 * console.log(provider, model, maxTokens, promptValue.length, settings.missingKeys)
 * await settings.close()
 * ```
 *
 * With the types that `tenfold types` writes, an unknown function, prompt or variable does not compile, and an answer has
 * the function's own parameters: `openSettings<Settings>({ … })`.
 *
 * @throws {TenfoldError} for the options and for the store: see `TenfoldErrorCode`. With a `cacheDir` that holds a good
 * release, a store that cannot be used causes an `error` event instead.
 */
export function openSettings<S extends SettingsTypes = AnySettings>(options: OpenOptions): Promise<SettingsOf<S>>
export async function openSettings(options: OpenOptions): Promise<object> {
  return openWith(options, idHash)
}

/** As `openSettings`, with the hash for finding accounts: a test makes all of them collide. */
export async function openWith(options: OpenOptions, hash: Hash): Promise<Settings> {
  const decided = resolveOptions(options)
  try {
    return Settings.start(decided, hash, await start(decided, hash))
  } catch (error) {
    // The caller gets no settings to close, so pending requests and open connections would remain.
    decided.store.interrupt?.()
    throw translated(error)
  }
}
