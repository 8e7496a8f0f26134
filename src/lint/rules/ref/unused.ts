import { defineRule, fileStart } from '../../rule.ts'

export const unused = defineRule({
  id: 'ref/unused',
  severity: 'warning',
  summary: 'a prompt type that no function uses',
  globals({ functions, prompts }, report) {
    if (functions === undefined) return
    const used = new Set(Object.values(functions).flatMap((spec) => spec.prompts))
    for (const type of Object.keys(prompts)) {
      if (used.has(type)) continue
      report({
        at: fileStart(`prompts/${type}.yaml`),
        message: `no function uses the prompt type "${type}"`,
        help: `name it under a function's prompts in functions.yaml, or delete the file`,
      })
    }
  },
})
