import { inspect } from '../../../check/checkout/inspect-checkout.ts'
import { type Configuration, openConfiguration } from '../../../source/open-configuration.ts'
import type { Edited } from '../../../edit/edit-files.ts'
import { removeAccount, renameAccount } from '../../../edit/move-account.ts'
import { apply } from './change-accounts.ts'
import { EDIT_FORMATS, type EditFlags } from './proposal-flags.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf, note } from '../../io.ts'

/** Removes an account's file. */
export async function remove(id: string, flags: EditFlags, io: CommandIo): Promise<ExitCode> {
  return move(flags, io, `Remove ${id}`, (configuration) => removeAccount(configuration, id))
}

/** Gives an account another id. */
export async function rename(id: string, to: string, flags: EditFlags, io: CommandIo): Promise<ExitCode> {
  return move(flags, io, `Rename ${id} to ${to}`, (configuration) => renameAccount(configuration, id, to))
}

async function move(
  flags: EditFlags,
  io: CommandIo,
  title: string,
  work: (configuration: Configuration) => Promise<Edited>,
): Promise<ExitCode> {
  formatOf(flags, EDIT_FORMATS, 'pretty')
  const configuration = await inspect(await openConfiguration(flags.config))
  const edited = await work(configuration)
  const code = await apply(flags, io, title, { configuration, ...edited })
  if (code === 0 && flags.pr !== true && edited.files.size > 0) {
    note(io, 'note: the history, releases that are published and caches of services still have what was there')
  }
  return code
}
