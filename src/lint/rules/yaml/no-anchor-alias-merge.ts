import { defineRule, few } from '../../rule.ts'
import { problemsOf } from '../../facts/yaml-problems.ts'

const WHAT = [
  ['anchor', 'an anchor'],
  ['alias', 'an alias'],
  ['merge', 'a merge key'],
] as const

export const noAnchorAliasMerge = defineRule({
  id: 'yaml/no-anchor-alias-merge',
  severity: 'error',
  summary: 'anchors, aliases and `<<`: a value is written where it is read',
  fix: 'suggest',
  file(checked, report) {
    for (const [kind, what] of WHAT) {
      for (const [problem, , words] of few(problemsOf(checked, kind))) {
        report({
          at: { file: checked.file.path, span: problem },
          message: `${what} is not allowed${words}`,
          help: kind === 'anchor' ? 'delete the anchor' : 'write the value out here',
        })
      }
    }
  },
})
