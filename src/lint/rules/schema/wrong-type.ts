import { defineRule } from '../../rule.ts'
import { pathName, valueOrKey, violationsOf } from '../../facts/schema-violations.ts'

export const wrongType = defineRule({
  id: 'schema/wrong-type',
  severity: 'error',
  summary: 'a value of another type than the place takes',
  fix: 'suggest',
  file(checked, report) {
    for (const { path, expected, found } of violationsOf(checked, 'wrong-type')) {
      report({
        at: valueOrKey(checked, path),
        message: `${pathName(path)} must be ${expected}, not ${found}`,
        help: expected === 'a string' && found !== 'null' ? 'quote it if it is a text' : `write ${expected}`,
      })
    }
  },
})
