import { isId } from '../../../store/format/account-leaf.ts'
import { defineRule, valueAt } from '../../rule.ts'

export const fileName = defineRule({
  id: 'ref/file-name',
  severity: 'error',
  summary: 'an account file whose name is not its id',
  fix: 'suggest',
  reads: () => null,
  account({ file, stem, id }, _known, report) {
    if (id === stem) return
    report({
      at: valueAt(file, 'id'),
      message: `the file is named "${stem}.yaml" and says id "${id}"`,
      claims: id,
      help: `rename the file to ${id}.yaml${isId(stem) ? `, or write id: ${stem}` : ''}`,
    })
  },
})
