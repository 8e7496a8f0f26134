import type { RuleModule } from '../../lint/custom/rule-module.ts'
import type { PartialGlobals } from '../../source/link-files.ts'
import type { FileContent } from '../../source/list-folder.ts'
import type { GlobalContent } from '../check-global-files.ts'
import type { ChangeSet } from '../since/change-set.ts'

/** The data that a worker receives once. */
export interface Setup {
  readonly known: PartialGlobals
  readonly date: string | undefined
  readonly globals: readonly GlobalContent[]
  /** The effect of the change under review on the globals. */
  readonly changes: ChangeSet | undefined
  /** The custom rules: functions cannot be sent, their text can. */
  readonly modules: readonly RuleModule[]
  readonly diagnosticsOnly: boolean
  /** The part that is shown before a path of the configuration. */
  readonly shown: string
}

export type Job = readonly ({
  readonly path: string
  readonly before: string | undefined
  /** The content before the change under review: absent where that left the file alone, undefined where none was. */
  readonly was?: FileContent | undefined
} & ({ readonly at: string; readonly blob: string | undefined } | { readonly content: FileContent }))[]

/** An environment failure during a worker's job. */
export interface Refusal {
  readonly failure: { readonly message: string; readonly help: string }
}
