import { REQUIRED } from '../../../source/file-layout.ts'
import { defineRule, fileStart } from '../../rule.ts'

export const missing = defineRule({
  id: 'files/missing',
  severity: 'error',
  summary: 'a required file',
  tree(tree, report) {
    // Of one that is not checked out, files/not-checked-out tells.
    const { files, unexpected, absent = [] } = tree
    const there = new Set([...files, ...unexpected, ...absent].map(({ path }) => path))
    for (const path of REQUIRED) {
      if (there.has(path)) continue
      report({
        at: fileStart(path),
        message: `${path} is missing`,
        help: `create ${path}: no configuration is whole without it`,
      })
    }
  },
})
