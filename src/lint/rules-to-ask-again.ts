import { canonical } from '../store/format/canonical-json.ts'
import { meaningOf } from '../domain/vocabulary.ts'
import type { PartialGlobals } from '../source/link-files.ts'
import { overridesViolations } from '../source/schema/validate-fields.ts'
import { type Rule, type When, keyAt } from './rule.ts'

/** The inputs that accounts are checked against: the globals, and the day. */
export interface RuleInputs {
  readonly known: PartialGlobals
  readonly when: When
}

/**
 * Returns the rules that may find something else in an account given the one than given the other: those that read what
 * differs between them. A rule that does not declare what it reads, such as a custom one, is always among them.
 */
export function reached(rules: readonly Rule[], before: RuleInputs, after: RuleInputs): readonly Rule[] {
  return [...rules, storedFields].filter((rule) => {
    const { reads } = rule
    if (rule.account === undefined) return false
    if (reads === undefined) return true
    return canonical(reads(before.known, before.when)) !== canonical(reads(after.known, after.when))
  })
}

/**
 * Reports that an account which was valid under another vocabulary no longer is. An account of a store is not parsed
 * again, so that no `schema/*` rule would see it; where this one does, its file is read, and those report.
 */
const storedFields: Rule = {
  id: 'schema/unknown-key',
  severity: 'error',
  summary: 'an account of a store that the vocabulary no longer takes',
  reads: ({ vocabulary }) => (vocabulary === undefined ? null : meaningOf(vocabulary)),
  account({ file, body }, { vocabulary }, report) {
    if (vocabulary === undefined || body.overrides === undefined) return
    for (const { path } of overridesViolations(body.overrides, vocabulary)) {
      report({ at: keyAt(file, ...path), message: '', help: '' })
    }
  },
}
