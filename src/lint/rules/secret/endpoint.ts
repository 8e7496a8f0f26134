import { defineRule, keyAt } from '../../rule.ts'
import { suspects } from '../../facts/key-fields.ts'

export const endpoint = defineRule({
  id: 'secret/endpoint',
  severity: 'error',
  summary: 'base_url, host, headers or an organisation in an account: the platform key’s way out',
  file(checked, report) {
    for (const { path, entry } of suspects(checked).filter(({ is }) => is === 'endpoint')) {
      report({
        at: keyAt(checked.file.path, ...path),
        message: `"${entry.key}" would send the platform’s key elsewhere`,
        help: 'delete it: accounts choose models and parameters, never where requests go',
      })
    }
  },
})
