import { own } from '../../../domain/plain-data.ts'
import { isKind, isProvider, providersOf } from '../../../domain/vocabulary.ts'
import { nearest, oneOf } from '../../../base/did-you-mean.ts'
import type { Violation } from '../../../source/schema/violations.ts'
import { defineRule, keyAt, valueAt } from '../../rule.ts'
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
  globals({ settings, functions, vocabulary }, report) {
    if (settings === undefined || vocabulary === undefined) return
    const asked = new Set<string>()
    for (const [name, { kind }] of Object.entries(functions ?? {})) {
      if (own(settings.sections, kind) !== undefined || !isKind(vocabulary, kind) || asked.has(kind)) continue
      asked.add(kind)
      report({
        at: keyAt('settings.yaml'),
        message: `"${kind}" is missing in settings.yaml, and the function ${name} is of that kind`,
        help: helpFor(kind, providersOf(vocabulary, kind)),
        related: [{ at: valueAt('functions.yaml', 'functions', name, 'kind'), message: 'used here' }],
      })
    }
    for (const [kind, { provider }] of Object.entries(settings.sections)) {
      if (!isProvider(vocabulary, provider) || own(settings.providers, provider) !== undefined) continue
      report({
        at: keyAt('settings.yaml', 'providers'),
        message: `"${provider}" is missing in providers, and ${kind}.provider selects it`,
        help: `add \`${provider}:\` with its api_key and model, or select another provider`,
        related: [{ at: { file: 'settings.yaml', path: [kind, 'provider'], part: 'value' }, message: 'selected here' }],
      })
    }
  },
})

function helpFor(kind: string, providers: readonly string[]): string {
  return providers.length === 0
    ? `declare a provider of kind ${kind} in providers.yaml, and select it with \`${kind}: { provider: … }\``
    : `add \`${kind}:\` with its provider: ${oneOf(providers)}`
}

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
