import type { Origin } from '../../source/open-configuration.ts'
import type { CustomRules } from '../../check/load-custom-rules.ts'
import { FINGERPRINT } from '../version.ts'
import { type CommandIo, note } from '../io.ts'
import { isUntrusted } from './trust-of-machine.ts'

/** The repository's own rules, where they may run; says why where they may not. */
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

/** Who judges, with a repository's own rules: a store is a cache only under the very rules that judged it. */
export function judgeWith(own: CustomRules | undefined): string {
  return own === undefined ? FINGERPRINT : `${FINGERPRINT}.rules.${own.digest}`
}
