import type { CustomRules } from '../check/load-custom-rules.ts'
import type { PlanName } from '../domain/settings-types.ts'

/** What an import is asked to do. */
export interface ImportRequest {
  /** The dump: JSON as Django's `dumpdata` writes it, one object a line, or CSV. */
  readonly file: string
  readonly format?: string
  /** A map with models in place of the built-in ones. */
  readonly map?: string
  readonly plans: ReadonlyMap<string, PlanName>
  /** Ids by primary key. */
  readonly ids: ReadonlyMap<string, string>
  readonly selects: readonly Selection[]
  readonly follow: boolean
  readonly deleteGone: boolean
  /** The answers of the old system, to compare with. */
  readonly prove?: string
  /** The configuration's folder. */
  readonly out: string
  readonly custom?: CustomRules
  readonly progress?: (done: number, total: number) => void
  /** Is given what removes all that is prepared, once there is something: for a process that is interrupted. */
  readonly onPrepared?: (remove: () => void) => void
}

/** `--select PROVIDER=ACCOUNTS`: ids or primary keys, or `*` for all that have a section of that provider. */
export interface Selection {
  readonly provider: string
  readonly accounts: readonly string[]
}
