import { MAX_FILE_BYTES } from '../../../source/parse/parse-file.ts'
import { MAX_DEPTH, MAX_NODES } from '../../../source/parse/survey-tokens.ts'
import { defineRule } from '../../rule.ts'
import { problemsOf } from '../../facts/yaml-problems.ts'

const WORDS = {
  'too-large': `the file is larger than ${MAX_FILE_BYTES / 1024} KiB`,
  'too-deep': `brackets or mappings are nested more than ${MAX_DEPTH} deep`,
  'too-many': `the file holds more than ${MAX_NODES / 1000},000 values`,
} as const

export const limits = defineRule({
  id: 'yaml/limits',
  severity: 'error',
  summary: 'a file over 1 MiB, nesting over 64, too many values: refused before it is composed',
  file(checked, report) {
    for (const problem of problemsOf(checked, 'too-large', 'too-deep', 'too-many')) {
      report({
        at: { file: checked.file.path, span: problem },
        message: WORDS[problem.kind],
        help: 'settings are small; is this the file that you meant?',
      })
    }
  },
})
