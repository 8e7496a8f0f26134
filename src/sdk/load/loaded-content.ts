import type { Ref } from '../../store/format/object.ts'
import type { Accounts } from '../answers/accounts.ts'
import type { LoadedGlobals } from './globals.ts'

/** What a release says. Nothing of it changes, so that the next release shares what stayed the same. */
export interface LoadedContent {
  readonly root: Ref
  readonly globals: LoadedGlobals
  readonly accounts: Accounts
}
