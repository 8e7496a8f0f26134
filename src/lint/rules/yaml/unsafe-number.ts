import { defineRule } from '../../rule.ts'
import { problemsOf } from '../../facts/yaml-problems.ts'

export const unsafeNumber = defineRule({
  id: 'yaml/unsafe-number',
  severity: 'error',
  summary: 'a number that JSON cannot carry: beyond 2^53, .inf, .nan, 1e999',
  file(checked, report) {
    const { path, text } = checked.file
    for (const problem of problemsOf(checked, 'unsafe-number')) {
      report({
        at: { file: path, span: problem },
        message: `the number ${text.slice(problem.start, problem.end)} cannot be kept exactly`,
        help: 'write a finite number below 2^53, or quote it if it is a text',
      })
    }
  },
})
