import { defineRule } from '../../rule.ts'
import { problemsOf } from '../../facts/yaml-problems.ts'

export const singleDocument = defineRule({
  id: 'yaml/single-document',
  severity: 'error',
  summary: 'a second document in one file; an empty file',
  file(checked, report) {
    for (const problem of problemsOf(checked, 'second-document', 'empty')) {
      const empty = problem.kind === 'empty'
      report({
        at: { file: checked.file.path, span: problem },
        message: empty ? 'the file is empty' : 'a second document begins here',
        help: empty ? 'write its content, or delete the file' : 'move it into a file of its own',
      })
    }
  },
})
