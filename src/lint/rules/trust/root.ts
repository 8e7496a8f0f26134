import { defineRule, fileStart } from '../../rule.ts'

export const root = defineRule({
  id: 'trust/root',
  severity: 'error',
  summary: '`trust/root.json` that its own keys have not signed, or that was edited by hand',
  globals({ trust }, report) {
    if (trust?.problem === undefined) return
    report({
      at: fileStart('trust/root.json'),
      message: `this root of trust cannot be used: ${trust.problem}`,
      help: 'restore the file from the default branch; `tenfold keys` changes it, with the signatures of the root keys',
    })
  },
})
