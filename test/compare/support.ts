import { join } from 'node:path'
import { check } from '../../src/check/check-configuration.ts'
import { accountsOf } from '../../src/check/previous/stored-accounts.ts'
import type { Account, Globals } from '../../src/domain/settings-types.ts'
import { openConfiguration } from '../../src/source/open-configuration.ts'
import { type Files, writeConfig } from '../support/config.ts'

interface Settings {
  readonly globals: Globals
  readonly accounts: ReadonlyMap<string, Account>
}

/** What `BASE` with some files changed says, in the form in which a store would give it. */
export async function settingsOf(files: Files = {}): Promise<Settings> {
  const { globals, accounts, diagnostics } = await check(await openConfiguration(join(writeConfig(files), 'config')))
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (globals === undefined || errors.length > 0) throw new Error(`not legal: ${JSON.stringify(errors)}`)
  return { globals, accounts: new Map(accountsOf(accounts)) }
}
