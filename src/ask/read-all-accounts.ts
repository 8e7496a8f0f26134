import { stemOf } from '../source/file-layout.ts'
import { withAbsent } from '../check/checkout/absent-files.ts'
import { inspect } from '../check/checkout/inspect-checkout.ts'
import { checkGlobals, type CheckedGlobals } from '../check/check-globals.ts'
import { type LocatedAccount, parseAll } from '../check/read-accounts.ts'
import type { Previous } from '../check/previous/previous-release.ts'
import { accountIn } from '../check/previous/stored-accounts.ts'
import type { Account } from '../domain/settings-types.ts'
import { identified } from '../source/identify-files.ts'
import { type Configuration, type Origin, listed } from '../source/open-configuration.ts'

/** Every account of a configuration, and the globals that it inherits from. */
export interface EveryAccount {
  readonly configuration: Configuration
  readonly common: CheckedGlobals
  /** By id; those whose files cannot be understood are left out. */
  readonly accounts: ReadonlyMap<string, ReadAccount>
  readonly total: number
  /** Accounts whose files cannot be understood, by id. */
  readonly opaque: readonly string[]
}

export interface ReadAccount {
  readonly account: Account
  /** Relative to the configuration's folder. */
  readonly file: string
  /** git's id of the file's content, where git has it at hand. */
  readonly blob: string | undefined
}

export interface ReadAllOptions {
  /** Returns an account that is known already by its id and its content. */
  readonly known?: (id: string, blob: string) => Account | undefined
  readonly note?: (text: string) => void
  readonly progress?: (done: number, total: number) => void
}

/** Opens a configuration with all its files, listed with git's ids; what a checkout left out is read from HEAD. */
export async function openAll(origin: Origin, note: (text: string) => void = () => {}): Promise<Configuration> {
  const here = await identified(await inspect(await listed(origin)))
  const all = withAbsent(here)
  const missing = all.tree.files.length - here.tree.files.length
  if (missing > 0) note(`${missing} files that are not checked out are read from HEAD`)
  return all
}

/** Reads every account; only those that are not known already are parsed. */
export async function readAllAccounts(
  configuration: Configuration,
  { known = () => undefined, progress }: ReadAllOptions,
  common?: CheckedGlobals,
): Promise<EveryAccount> {
  const globals = common ?? (await checkGlobals(configuration, {}))
  const accounts = new Map<string, ReadAccount>()
  const unknown: LocatedAccount[] = []
  const files = new Map<string, LocatedAccount>()
  for (const file of configuration.tree.files) {
    const id = stemOf(file.path)
    if (file.kind !== 'account' || files.has(id)) continue
    const located = { id, file, blob: file.blob ?? '' }
    files.set(id, located)
    const account = file.blob === undefined ? undefined : known(id, file.blob)
    if (account === undefined) unknown.push(located)
    else accounts.set(id, { account, file: file.path, blob: file.blob })
  }
  const parsed = await parseAll(unknown, { configuration, common: globals, blobs: new Map() }, progress)
  for (const [id, account] of parsed.accounts) {
    const located = files.get(id)
    if (located !== undefined) accounts.set(id, { account, file: located.file.path, blob: located.file.blob })
  }
  const opaque = [...files.keys()].filter((id) => !accounts.has(id)).sort()
  return { configuration, common: globals, accounts, total: files.size, opaque }
}

/** Returns the accounts that a store knows, by id and content. */
export function knownTo(previous: Previous | undefined): (id: string, blob: string) => Account | undefined {
  if (previous === undefined) return () => undefined
  const byBlob = new Map([...previous.byFile().values()].map((account) => [account.blob, account]))
  return (id, blob) => {
    const line = byBlob.get(blob)
    return line?.id === id ? accountIn(line, (ref) => previous.text(ref)) : undefined
  }
}
