import { defineRule, fileStart } from '../../rule.ts'

export const unexpected = defineRule({
  id: 'files/unexpected',
  severity: 'error',
  summary:
    'a symbolic link, a file that is not YAML, one in no known place, a folder that git would take for a repository, a tracked `.tenfold/`',
  tree(tree, report) {
    for (const { path, why, help } of tree.unexpected) report({ at: fileStart(path), message: why, help })
  },
})
