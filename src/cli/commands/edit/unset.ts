import { Failure } from '../../../base/failure.ts'
import { fieldOf } from '../../../edit/parse-field.ts'
import { readVocabulary } from '../../../check/read-vocabulary.ts'
import { openOrigin } from '../../../source/open-configuration.ts'
import { remove } from '../../../edit/text/remove-entry.ts'
import { accountsIn, apply, changeExisting } from './change-accounts.ts'
import { EDIT_FORMATS, type EditFlags } from './proposal-flags.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf } from '../../io.ts'

/** Removes one field from one or many accounts, so that they inherit it. */
export async function unset(args: readonly string[], flags: EditFlags, io: CommandIo): Promise<ExitCode> {
  formatOf(flags, EDIT_FORMATS, 'pretty')
  const name = args.at(-1)
  const ids = args.slice(0, -1)
  if (name === undefined || ids.length === 0) {
    throw new Failure('usage', 'unset needs an account and a field', 'write `unset ACCOUNT... FIELD`')
  }
  const field = fieldOf(name, await readVocabulary(await openOrigin(flags.config)))
  const title = `Take ${name} away from ${accountsIn(ids)}`
  return apply(flags, io, title, await changeExisting(flags, ids, (file) => remove(file, field.path)))
}
