import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type AccountExplanation, explainAccount } from '../../ask/explain-account.ts'
import { type HeadFacts, headOf } from '../../ask/distance-to-release.ts'
import { type OneAccount, readOneAccount } from '../../ask/read-one-account.ts'
import { type CheckedGlobals, checkGlobals } from '../../check/check-globals.ts'
import { inspect } from '../../check/checkout/inspect-checkout.ts'
import { type Configuration, type Origin, openOrigin } from '../../source/open-configuration.ts'
import { AllAccounts, type AllAccountsOptions } from './all-accounts.ts'

/** The globals of a checkout, and where it is. */
export interface GlobalsAtHand {
  readonly configuration: Configuration
  readonly common: CheckedGlobals
  /** Undefined in no repository, or before the first commit. */
  readonly head: HeadFacts | undefined
}

/** What the pages read: a checkout, kept warm. Nothing in it is written. */
export class Workspace {
  readonly config: string
  readonly accounts: AllAccounts
  private warm: { readonly signature: string; readonly globals: GlobalsAtHand } | undefined
  private looking: { readonly since: number; readonly globals: Promise<GlobalsAtHand> } | undefined

  constructor(config: string, options: AllAccountsOptions) {
    this.config = config
    this.accounts = new AllAccounts(config, options)
  }

  /** Returns the globals as they are now: those at hand, unless a file of theirs or HEAD has moved. */
  globals(): Promise<GlobalsAtHand> {
    // The requests of one page look once.
    if (this.looking !== undefined && Date.now() - this.looking.since < FRESH) return this.looking.globals
    const globals = this.look()
    this.looking = { since: Date.now(), globals }
    return globals
  }

  /** Explains one account's answers at HEAD's working tree or at a revision, as `tenfold explain` does. */
  async explain(id: string, at?: string): Promise<AccountExplanation> {
    return explainAccount(await openOrigin(this.config, at), id)
  }

  /** Reads one account with the globals that it inherits from, checked. */
  async account(id: string, at?: string): Promise<OneAccount> {
    return readOneAccount(await openOrigin(this.config, at), id)
  }

  private async look(): Promise<GlobalsAtHand> {
    const origin = await openOrigin(this.config)
    const head = origin.repository && (await headOf(origin.repository))
    const tree = await origin.listGlobals()
    const signature = JSON.stringify([head, factsOf(origin, [...tree.files, ...tree.others])])
    if (this.warm?.signature === signature) return this.warm.globals
    const configuration = await inspect({ ...origin, tree })
    const globals = { configuration, common: await checkGlobals(configuration, {}), head }
    this.warm = { signature, globals }
    return globals
  }
}

/** Milliseconds for which what was just read is what is there. */
const FRESH = 200

function factsOf({ folder }: Origin, files: readonly { readonly path: string }[]): unknown[] {
  return files.map(({ path }) => {
    const found = statSync(join(folder, path), { throwIfNoEntry: false })
    return [path, found?.mtimeMs, found?.size, found?.ino]
  })
}
