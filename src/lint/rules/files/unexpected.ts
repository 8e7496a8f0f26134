import { defineRule, fileStart } from '../../rule.ts'

export const unexpected = defineRule({
  id: 'files/unexpected',
  severity: 'error',
  summary: 'a symbolic link, a file that is not YAML, a wrong extension, a file in no known place',
  tree(tree, report) {
    for (const { path, why, help } of tree.unexpected) report({ at: fileStart(path), message: why, help })
  },
})
