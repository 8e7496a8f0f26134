import { defineRule, keyAt } from '../../rule.ts'
import { suspects } from '../../facts/key-fields.ts'

export const keyField = defineRule({
  id: 'secret/key-field',
  severity: 'error',
  summary: 'a key-like field anywhere but `api_key: {secret: NAME}` in settings.yaml',
  file(checked, report) {
    const { file } = checked
    for (const { path, entry } of suspects(checked).filter(({ is }) => is === 'key')) {
      const isApiKey = file.kind === 'settings' && entry.key === 'api_key'
      report({
        at: keyAt(file.path, ...path),
        message: isApiKey
          ? 'an API key is named here and never written'
          : `"${entry.key}" looks like a credential, and no ${file.kind} file holds one`,
        help: isApiKey
          ? 'if it was a key, revoke it. Put the new one into the CI’s secrets, and write `api_key: { secret: NAME_API_KEY }`'
          : 'delete it: every account uses the platform’s keys, which settings.yaml names. If it was real, revoke it',
      })
    }
  },
})
