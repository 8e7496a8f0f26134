import { defineRule } from '../../rule.ts'
import { problemsOf } from '../../facts/yaml-problems.ts'

export const syntax = defineRule({
  id: 'yaml/syntax',
  severity: 'error',
  summary: 'whatever the parser reports, its warnings too',
  file(checked, report) {
    for (const problem of problemsOf(checked, 'syntax')) {
      report({
        at: { file: checked.file.path, span: problem },
        message: `this is not YAML: ${lowerFirst(problem.what)}`,
        help: 'look at the indentation, quotes and brackets here and on the line before',
      })
    }
  },
})

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
