import { defineRule } from '../../rule.ts'
import { problemsOf } from '../../facts/yaml-problems.ts'

export const conflictMarker = defineRule({
  id: 'yaml/conflict-marker',
  severity: 'error',
  summary: 'a merge conflict left in',
  file(checked, report) {
    for (const problem of problemsOf(checked, 'conflict-marker')) {
      report({
        at: { file: checked.file.path, span: problem },
        message: 'a merge conflict was left in',
        help: 'keep one side, and delete the lines with the markers',
      })
    }
  },
})
