import { type EveryAccount, type ReadAccount, knownTo, openAll, readAllAccounts } from '../../ask/read-all-accounts.ts'
import { type TrustedStore, withPrevious } from '../../check/previous/previous-release.ts'
import { openOrigin } from '../../source/open-configuration.ts'

export interface AllAccountsOptions {
  readonly fingerprint: string
  /** This machine's store: what it knows need not be parsed. */
  readonly store?: TrustedStore
}

/** All accounts in memory, brought up to date behind the pages: only what has changed is parsed again. */
export class AllAccounts {
  private readonly config: string
  private readonly options: AllAccountsOptions
  private at: EveryAccount | undefined
  private loading: Promise<EveryAccount> | undefined
  private loaded = 0
  private rest = REST

  constructor(config: string, options: AllAccountsOptions) {
    this.config = config
    this.options = options
  }

  /**
   * Returns all accounts: at once where they are in memory, though a change of the last moments may be missing, which
   * is read meanwhile; else as soon as they are.
   */
  async now(): Promise<EveryAccount> {
    const loading = this.refresh()
    if (this.at === undefined) return loading
    // A failure is one of the next page that has nothing in memory.
    loading.catch(() => {})
    return this.at
  }

  /** Returns all accounts as they are when it is called. */
  async newest(): Promise<EveryAccount> {
    await this.loading?.catch(() => {})
    this.loaded = 0
    return this.refresh()
  }

  /** Returns where the file of an account was when all were read; undefined for an unknown one, or before that. */
  fileOf(id: string): string | undefined {
    return this.at?.accounts.get(id)?.file
  }

  private refresh(): Promise<EveryAccount> {
    if (this.loading !== undefined) return this.loading
    if (this.at !== undefined && Date.now() - this.loaded < this.rest) return Promise.resolve(this.at)
    const began = Date.now()
    this.loading = this.read().finally(() => {
      this.loading = undefined
      this.loaded = Date.now()
      this.rest = Math.max(REST, SHARE * (this.loaded - began))
    })
    return this.loading
  }

  private async read(): Promise<EveryAccount> {
    const configuration = await openAll(await openOrigin(this.config))
    const before = this.at?.accounts
    if (before !== undefined) return (this.at = await readAllAccounts(configuration, { known: sameIn(before) }))
    const { store, fingerprint } = this.options
    return (this.at = await withPrevious(
      store,
      fingerprint,
      () => {},
      (previous) => readAllAccounts(configuration, { known: knownTo(previous) }),
    ))
  }
}

/** Milliseconds between two looks at all files, at least: where git cannot tell what has changed, all are read again. */
const REST = 2000
const SHARE = 20

function sameIn(
  before: ReadonlyMap<string, ReadAccount>,
): (id: string, blob: string) => ReadAccount['account'] | undefined {
  return (id, blob) => {
    const found = before.get(id)
    return found?.blob === blob ? found.account : undefined
  }
}
