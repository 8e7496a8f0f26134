import { nodeAt } from '../../../source/source-nodes.ts'
import { defineRule, valueAt } from '../../rule.ts'
import { pathName, violationsOf } from '../../facts/schema-violations.ts'

export const outOfRange = defineRule({
  id: 'schema/out-of-range',
  severity: 'error',
  summary: 'a number outside the range of its place',
  fix: 'suggest',
  file(checked, report) {
    for (const { path, why } of violationsOf(checked, 'out-of-range')) {
      const node = nodeAt(checked.file.root, path)
      const value = node?.is === 'scalar' ? String(node.value) : 'this'
      report({
        at: valueAt(checked.file.path, ...path),
        message: `${pathName(path)} is ${value}, and must be ${why}`,
        help: `write a number of ${why}`,
      })
    }
  },
})
