import { command } from '../../../base/shell-command.ts'
import { kindOf } from '../../../domain/vocabulary.ts'
import { layerable } from '../../../source/link-files.ts'
import { choices } from '../../what-rules-read.ts'
import { defineRule, valueAt } from '../../rule.ts'
import { isFree } from '../../facts/account-policy.ts'
import { usedProvider } from '../../facts/used-fields.ts'

export const noEffect = defineRule({
  id: 'override/no-effect',
  severity: 'warning',
  onlyWarns: true,
  summary: 'an override of a provider that the account’s functions never use',
  fix: 'suggest',
  reads: choices,
  account({ file, stem, plan, body }, known, report) {
    const globals = isFree(plan) ? undefined : layerable(known)
    if (globals === undefined || body.overrides === undefined) return
    for (const section of Object.keys(body.overrides)) {
      const kind = kindOf(globals.vocabulary, section)
      if (kind === undefined) continue
      const used = usedProvider(globals, body.overrides, kind)
      const called = Object.values(globals.functions).some((spec) => spec.kind === kind)
      // Where a function is called and nothing serves it, settings.yaml or the account's choice is the error.
      if (called && (used === undefined || used === section)) continue
      report({
        at: valueAt(file, 'overrides', section),
        message: called
          ? `this account's ${kind} functions use ${used}, never ${section}`
          : `no function is of kind ${kind}`,
        help: called
          ? `delete it, or choose it: ${command('tenfold', 'set', stem, `${kind}.provider`, section)}`
          : 'delete it',
      })
    }
  },
})
