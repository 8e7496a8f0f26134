import { REQUIRED } from '../../../source/file-layout.ts'
import { defineRule, fileStart } from '../../rule.ts'

export const missing = defineRule({
  id: 'files/missing',
  severity: 'error',
  summary: 'a required file',
  tree(tree, report) {
    const there = new Set([...tree.files, ...tree.unexpected].map(({ path }) => path))
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
