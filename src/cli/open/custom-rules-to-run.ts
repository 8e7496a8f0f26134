import type { Origin } from '../../source/open-configuration.ts'
import type { CustomRules } from '../../check/load-custom-rules.ts'
import { FINGERPRINT } from '../version.ts'
import { type CommandIo, note } from '../io.ts'
import { isUntrusted } from './trust-of-machine.ts'

/** Loads the repository's custom rules if they may run; otherwise reports why they may not. */
export async function ownRulesFor(origin: Origin, io: CommandIo): Promise<CustomRules | undefined> {
  const place = await origin.rules()
  if (place.files.length === 0) return undefined
  const { loadCustomRules: loadOwnRules } = await import('../../check/load-custom-rules.ts')
  io.onCustomRules?.((text) => note(io, text))
  return loadOwnRules(place, {
    untrusted: isUntrusted(),
    note: (text) => note(io, `note: ${text}`),
  })
}

/** Returns the toolchain fingerprint with custom rules: a store is a cache only for the exact rules that checked it. */
export function judgeWith(own: CustomRules | undefined): string {
  return own === undefined ? FINGERPRINT : `${FINGERPRINT}.rules.${own.digest}`
}
