import { own } from '../../../domain/plain-data.ts'
import { oneOf } from '../../../base/did-you-mean.ts'
import { defineRule, valueAt } from '../../rule.ts'

export const secretName = defineRule({
  id: 'trust/secret-name',
  severity: 'error',
  summary: 'a secret in settings.yaml that the root of trust does not permit its provider',
  globals({ settings, trust }, report) {
    if (settings === undefined || trust === undefined || trust.problem !== undefined) return
    for (const [provider, { secret }] of Object.entries(settings.providers)) {
      const permitted = own(trust.secrets, provider) ?? []
      if (permitted.includes(secret)) continue
      const permit = `have the root keys permit it: \`tenfold keys secret ${provider} ${secret}\``
      report({
        at: valueAt('settings.yaml', 'providers', provider, 'api_key', 'secret'),
        message: `the root of trust does not let ${provider} use the secret ${secret}`,
        help: permitted.length > 0 ? `use ${oneOf([...permitted])}, or ${permit}` : permit,
      })
    }
  },
})
