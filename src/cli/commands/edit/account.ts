import { inspect } from '../../../check/checkout/inspect.ts'
import { type Configuration, openConfiguration } from '../../../source/configuration.ts'
import type { Edited } from '../../../edit/edit-accounts.ts'
import { removeAccount, renameAccount } from '../../../edit/move-account.ts'
import { EDIT_FORMATS, type EditFlags, apply } from './change.ts'
import type { ExitCode } from '../../constants.ts'
import { formatOf, note } from '../../io.ts'

/** Takes an account's file away. */
export async function remove(id: string, flags: EditFlags): Promise<ExitCode> {
  return move(flags, `Remove ${id}`, (configuration) => removeAccount(configuration, id))
}

/** Gives an account another id. */
export async function rename(id: string, to: string, flags: EditFlags): Promise<ExitCode> {
  return move(flags, `Rename ${id} to ${to}`, (configuration) => renameAccount(configuration, id, to))
}

async function move(
  flags: EditFlags,
  title: string,
  work: (configuration: Configuration) => Promise<Edited>,
): Promise<ExitCode> {
  formatOf(flags, EDIT_FORMATS, 'pretty')
  const configuration = await inspect(await openConfiguration(flags.config))
  const edited = await work(configuration)
  const code = await apply(flags, title, { configuration, ...edited })
  if (code === 0 && flags.pr !== true && edited.files.size > 0) {
    note(flags, 'note: the history, releases that are published and caches of services still have what was there')
  }
  return code
}
