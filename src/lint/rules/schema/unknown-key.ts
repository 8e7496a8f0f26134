import { didYouMean, oneOf } from '../../../base/suggest.ts'
import { defineRule, few, keyAt } from '../../rule.ts'
import { pathName, violationsOf } from './violation.ts'

export const unknownKey = defineRule({
  id: 'schema/unknown-key',
  severity: 'error',
  summary: 'a key that this place does not have',
  fix: 'suggest',
  file(checked, report) {
    for (const [{ path, key, known }, others] of few(violationsOf(checked, 'unknown-key'))) {
      report({
        at: keyAt(checked.file.path, ...path),
        message: `unknown key "${key}" in ${pathName(path.slice(0, -1))}${others}`,
        help: `${didYouMean(key, known)}${known.length > 0 ? `known here: ${oneOf(known)}` : 'delete it'}`,
      })
    }
  },
})
