import { Failure } from '../../../base/failure.ts'
import { fieldOf, valueOf } from '../../../edit/parse-field.ts'
import { readVocabulary } from '../../../check/read-vocabulary.ts'
import { openOrigin } from '../../../source/open-configuration.ts'
import { put } from '../../../edit/text/put-value.ts'
import { accountsIn, apply, changeExisting } from './change-accounts.ts'
import { EDIT_FORMATS, type EditFlags } from './proposal-flags.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf } from '../../io.ts'

/** Writes one field of one or many accounts. */
export async function set(args: readonly string[], flags: EditFlags, io: CommandIo): Promise<ExitCode> {
  formatOf(flags, EDIT_FORMATS, 'pretty')
  const [name, written] = args.slice(-2)
  const ids = args.slice(0, -2)
  if (name === undefined || written === undefined || ids.length === 0) {
    throw new Failure('usage', 'set needs an account, a field and a value', 'write `set ACCOUNT... FIELD VALUE`')
  }
  const field = fieldOf(name, await readVocabulary(await openOrigin(flags.config)))
  const value = valueOf(field, written)
  const title = `Set ${name} of ${accountsIn(ids)} to ${written}`
  return apply(flags, io, title, await changeExisting(flags, ids, (file) => put(file, field.path, value)))
}
