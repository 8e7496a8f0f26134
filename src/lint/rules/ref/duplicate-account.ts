import { stemOf } from '../../../source/file-layout.ts'
import { defineRule, valueAt } from '../../rule.ts'

/** An account's file is named by its id, so two files of one name in two folders are the same account twice. */
export const duplicateAccount = defineRule({
  id: 'ref/duplicate-account',
  severity: 'error',
  summary: 'one account id in two files',
  tree(tree, report) {
    const first = new Map<string, string>()
    for (const { path, kind } of tree.files) {
      if (kind !== 'account') continue
      const id = stemOf(path)
      const other = first.get(id)
      if (other === undefined) {
        first.set(id, path)
        continue
      }
      report({
        at: valueAt(path, 'id'),
        message: `the account "${id}" is defined twice`,
        help: 'merge the two files into one, and delete the other',
        related: [{ at: valueAt(other, 'id'), message: 'also defined here' }],
      })
    }
  },
})
