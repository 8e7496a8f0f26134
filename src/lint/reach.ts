import { canonical } from '../store/format/canonical.ts'
import type { PartialGlobals } from '../source/link.ts'
import type { Rule, When } from './rule.ts'

/** What accounts are judged by: the globals, and the day. */
export interface RuleInputs {
  readonly known: PartialGlobals
  readonly when: When
}

/**
 * The rules that may find something else in an account by the one than by the other: those that look at what differs
 * between them. A rule that does not say what it looks at, as a repository's own, is always among them.
 */
export function reached(rules: readonly Rule[], before: RuleInputs, after: RuleInputs): readonly Rule[] {
  return rules.filter((rule) => {
    const { reads } = rule
    if (rule.account === undefined) return false
    if (reads === undefined) return true
    return canonical(reads(before.known, before.when)) !== canonical(reads(after.known, after.when))
  })
}
