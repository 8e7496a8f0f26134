import type { RuleModule } from '../lint/custom/rule-module.ts'
import type { Lookup } from '../lint/locate-findings.ts'
import type { Rule, When } from '../lint/rule.ts'
import type { PartialGlobals } from '../source/link-files.ts'
import type { ChangeSet } from './since/change-set.ts'

/** Everything that one account is checked against; the same for every account of a run. */
export interface CheckContext {
  readonly known: PartialGlobals
  readonly when: When
  /** The change set that `when.touched` was made from: workers make it again. */
  readonly changes?: ChangeSet
  /** Global files by path, for the other places that a diagnostic names. */
  readonly globals: Lookup
  /** Returns a path of the configuration as it is shown. */
  readonly show: (path: string) => string
  /** Ours and the custom ones; ours alone if left out. */
  readonly rules?: readonly Rule[]
  /** The modules that workers make the custom ones from. */
  readonly modules?: readonly RuleModule[]
  /** Whether the accounts are not kept: then what a store would hold of them is not made. */
  readonly diagnosticsOnly?: boolean
}
