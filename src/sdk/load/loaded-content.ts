import type { Ref } from '../../store/format/object-ref.ts'
import type { Accounts } from '../answers/accounts-interface.ts'
import type { LoadedGlobals } from './load-globals.ts'

/** The content of a release. It is immutable, so that the next release can share what did not change. */
export interface LoadedContent {
  readonly root: Ref
  readonly globals: LoadedGlobals
  readonly accounts: Accounts
  /** The packs whose objects were read, so that a later release need not read them again. */
  readonly packs: readonly Ref[]
}
