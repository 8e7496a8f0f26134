import { didYouMean, oneOf } from '../../../base/did-you-mean.ts'
import { defineRule, keyAt } from '../../rule.ts'
import { pathName, violationsOf } from '../../facts/schema-violations.ts'

export const unknownKey = defineRule({
  id: 'schema/unknown-key',
  severity: 'error',
  summary: 'a key that this place does not have',
  fix: 'suggest',
  file(checked, report) {
    for (const { path, key, known } of violationsOf(checked, 'unknown-key')) {
      report({
        at: keyAt(checked.file.path, ...path),
        message: `unknown key "${key}" in ${pathName(path.slice(0, -1))}`,
        help: `${didYouMean(key, known)}${known.length > 0 ? `known here: ${oneOf(known)}` : 'delete it'}`,
      })
    }
  },
})
