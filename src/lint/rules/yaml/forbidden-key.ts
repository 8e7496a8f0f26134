import { defineRule } from '../../rule.ts'
import { problemsOf } from '../../facts/yaml-problems.ts'

export const forbiddenKey = defineRule({
  id: 'yaml/forbidden-key',
  severity: 'error',
  summary: '`__proto__`, `constructor` and `prototype` as a key',
  file(checked, report) {
    for (const problem of problemsOf(checked, 'forbidden-key')) {
      report({
        at: { file: checked.file.path, span: problem },
        message: `"${problem.key}" cannot be a key`,
        help: 'choose another name: JavaScript gives this one a meaning of its own',
      })
    }
  },
})
