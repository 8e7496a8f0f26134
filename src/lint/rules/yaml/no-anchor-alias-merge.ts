import { defineRule } from '../../rule.ts'
import { problemsOf } from './problem.ts'

const WHAT = { anchor: 'an anchor', alias: 'an alias', merge: 'a merge key' } as const

export const noAnchorAliasMerge = defineRule({
  id: 'yaml/no-anchor-alias-merge',
  severity: 'error',
  summary: 'anchors, aliases and `<<`: a value stands where it is read',
  fix: 'suggest',
  file(checked, report) {
    for (const problem of problemsOf(checked, 'anchor', 'alias', 'merge')) {
      report({
        at: { file: checked.file.path, span: problem },
        message: `${WHAT[problem.kind]} is not allowed`,
        help: problem.kind === 'anchor' ? 'delete the anchor' : 'write the value out here',
      })
    }
  },
})
