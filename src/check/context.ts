import type { RuleModule } from '../lint/custom/module.ts'
import type { Lookup } from '../lint/locate.ts'
import type { Rule, When } from '../lint/rule.ts'
import type { PartialGlobals } from '../source/link.ts'
import type { ChangeSet } from './since/change-set.ts'

/** What one account is judged against; the same for every account of a run. */
export interface CheckContext {
  readonly known: PartialGlobals
  readonly when: When
  /** What `when.touched` was made of: workers make it again. */
  readonly changes?: ChangeSet
  /** Global files by path, for the other places that a diagnostic names. */
  readonly globals: Lookup
  /** A path of the configuration as people are shown it. */
  readonly show: (path: string) => string
  /** Ours and a repository's own; ours alone if left out. */
  readonly rules?: readonly Rule[]
  /** What workers make the own ones of. */
  readonly modules?: readonly RuleModule[]
  /** Nobody keeps the accounts: what a store would hold of them is not made. */
  readonly diagnosticsOnly?: boolean
}
