import { defineRule, fileStart } from '../../rule.ts'

export const converted = defineRule({
  id: 'files/converted',
  severity: 'error',
  summary: 'a file that is not what was committed, though git sees no change in it',
  tree({ converted: files = [] }, report) {
    for (const { path, attributes } of files) {
      report({
        at: fileStart(path),
        message: `${path} is not what was committed: git makes other bytes of it when it is checked out`,
        help:
          attributes === undefined
            ? 'check it out again, or commit what it says now: what is reviewed has to be what is released'
            : 'take working-tree-encoding, ident and filter off this path: what is reviewed has to be what is released',
        ...(attributes !== undefined && {
          related: [{ at: fileStart(attributes), message: 'the attributes that convert it' }],
        }),
      })
    }
  },
})
