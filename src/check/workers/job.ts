import type { RuleModule } from '../../lint/custom/module.ts'
import type { PartialGlobals } from '../../source/link.ts'
import type { FileContent } from '../../source/read-folder.ts'
import type { GlobalContent } from '../global-files.ts'
import type { ChangeSet } from '../since/change-set.ts'

/** What a worker is told once. */
export interface Setup {
  readonly known: PartialGlobals
  readonly date: string | undefined
  readonly globals: readonly GlobalContent[]
  /** What the change under review did to the globals. */
  readonly changes: ChangeSet | undefined
  /** A repository's own rules: functions cannot be sent, their text can. */
  readonly modules: readonly RuleModule[]
  readonly diagnosticsOnly: boolean
  /** What people are shown before a path of the configuration. */
  readonly shown: string
}

export type Job = readonly ({
  readonly path: string
  readonly before: string | undefined
  /** The content before the change under review: absent where that left the file alone, undefined where none was. */
  readonly was?: FileContent | undefined
} & ({ readonly at: string; readonly blob: string | undefined } | { readonly content: FileContent }))[]

/** What the world refused while the worker was at it. */
export interface Refusal {
  readonly failure: { readonly message: string; readonly help: string }
}
