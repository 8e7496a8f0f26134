import { walk } from '../../../compile/source.ts'
import { defineRule } from '../../rule.ts'
import { credentialIn } from './credential.ts'

export const value = defineRule({
  id: 'secret/value',
  severity: 'error',
  summary: 'a leaked credential in any scalar, decoded; its value is never printed, not even in part',
  file({ file }, report) {
    if (file.root === undefined) return
    for (const { node, entry } of walk(file.root)) {
      const spans = [
        { text: entry?.key, span: entry?.keySpan },
        { text: node.is === 'scalar' && typeof node.value === 'string' ? node.value : undefined, span: node },
      ]
      for (const { text, span } of spans) {
        const what = text === undefined ? undefined : credentialIn(text)
        if (what === undefined || span === undefined) continue
        report({
          at: { file: file.path, span },
          message: `this looks like ${what}`,
          help: 'revoke it first: it is in the history now. Then keep the new one in the CI’s secrets, and only its name here',
        })
      }
    }
  },
})
