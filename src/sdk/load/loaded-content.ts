import type { Ref } from '../../store/format/object-ref.ts'
import type { Accounts } from '../answers/accounts-interface.ts'
import type { LoadedGlobals } from './load-globals.ts'

/** What a release says. Nothing of it changes, so that the next release shares what stayed the same. */
export interface LoadedContent {
  readonly root: Ref
  readonly globals: LoadedGlobals
  readonly accounts: Accounts
}
