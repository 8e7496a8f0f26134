import { defineRule } from '../../rule.ts'
import { maskCredentials } from '../../../credentials/index.ts'
import { problemsOf } from '../../facts/yaml-problems.ts'

/** YAML 1.2.2, 3.2.1.3: the keys of a mapping are unique. Keys are compared as strings: `1:` is `"1":`. */
export const duplicateKey = defineRule({
  id: 'yaml/duplicate-key',
  severity: 'error',
  summary: 'a key written twice in one mapping, also `1:` beside `"1":`',
  file(checked, report) {
    const { path } = checked.file
    for (const problem of problemsOf(checked, 'duplicate-key')) {
      report({
        at: { file: path, span: problem },
        message: `the key "${maskCredentials(problem.key)}" is written twice`,
        help: 'keep one of the two',
        related: [{ at: { file: path, span: problem.first }, message: 'the first one' }],
      })
    }
  },
})
