import { own } from '../../../domain/settings-types.ts'
import { nearest } from '../../../base/did-you-mean.ts'
import type { Violation } from '../../../source/validate-schema.ts'
import { defineRule, keyAt } from '../../rule.ts'
import { pathName, violationsOf } from '../../facts/schema-violations.ts'

export const missingKey = defineRule({
  id: 'schema/missing-key',
  severity: 'error',
  summary: 'a required key; a selected provider without its block',
  file(checked, report) {
    const missing = violationsOf(checked, 'missing-key')
    if (missing.length === 0) return
    const unknown = byParent(violationsOf(checked, 'unknown-key'))
    for (const { path, key } of missing) {
      if (isMisspelt(unknown.get(path.join('\0')), key)) continue
      report({
        at: keyAt(checked.file.path, ...path),
        message: `"${key}" is missing in ${pathName(path)}`,
        help: `add \`${key}:\``,
      })
    }
  },
  globals({ settings }, report) {
    if (settings === undefined) return
    for (const kind of ['text', 'image'] as const) {
      const { provider } = settings[kind]
      if (!PROVIDER_NAMES.includes(provider) || own(settings.providers, provider) !== undefined) continue
      report({
        at: keyAt('settings.yaml', 'providers'),
        message: `"${provider}" is missing in providers, and ${kind}.provider selects it`,
        help: `add \`${provider}:\` with its api_key and model, or select another provider`,
        related: [{ at: { file: 'settings.yaml', path: [kind, 'provider'], part: 'value' }, message: 'selected here' }],
      })
    }
  },
})

const PROVIDER_NAMES: readonly string[] = ['openai', 'anthropic', 'dalle', 'runware']

type UnknownKey = Extract<Violation, { kind: 'unknown-key' }>

function byParent(unknown: readonly UnknownKey[]): Map<string, UnknownKey[]> {
  const found = new Map<string, UnknownKey[]>()
  for (const one of unknown) {
    const parent = one.path.slice(0, -1).join('\0')
    const siblings = found.get(parent)
    if (siblings === undefined) found.set(parent, [one])
    else siblings.push(one)
  }
  return found
}

/** One cause, one error: a key that is there under a misspelt name is reported as that. */
function isMisspelt(siblings: readonly UnknownKey[] | undefined, key: string): boolean {
  return siblings !== undefined && siblings.some((other) => nearest(other.key, other.known) === key)
}
