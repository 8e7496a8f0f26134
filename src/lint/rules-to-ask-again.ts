import { canonical } from '../store/format/canonical-json.ts'
import type { PartialGlobals } from '../source/link-files.ts'
import type { Rule, When } from './rule.ts'

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
  return rules.filter((rule) => {
    const { reads } = rule
    if (rule.account === undefined) return false
    if (reads === undefined) return true
    return canonical(reads(before.known, before.when)) !== canonical(reads(after.known, after.when))
  })
}
