import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../../compile/failure.ts'
import { dropOverrides, freshAccount, setPlan } from '../../edit/edit.ts'
import { edited } from '../../edit/fix.ts'
import { writeFiles } from '../../edit/write.ts'
import { openConfiguration } from '../../pipeline/configuration.ts'
import { editAccounts } from '../../pipeline/edit-accounts.ts'
import { type CommonFlags, type ExitCode, formatOf, hasErrors, out, outJson, renderAside } from '../io.ts'
import { livePlan } from './get.ts'

interface Flags extends CommonFlags {
  readonly dropOverrides?: boolean
}

/** Moves accounts to a plan. The result is checked first; with an error in it nothing is written. */
export async function plan(args: readonly string[], flags: Flags): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const name = livePlan(args.at(-1))
  const ids = args.slice(0, -1)
  if (name === undefined || ids.length === 0) {
    throw new Failure('usage', 'plan needs an account and a plan', 'write `plan ACCOUNT... PLAN`')
  }
  const configuration = await openConfiguration(flags.config)
  const { files, diagnostics } = await editAccounts(configuration, ids, (file, id) => {
    if (file === undefined) return freshAccount(id, name)
    return edited(file.text, [...setPlan(file, name), ...(flags.dropOverrides === true ? dropOverrides(file) : [])])
  })
  renderAside(flags, diagnostics, files.size)
  if (hasErrors(diagnostics)) return 1
  // A first account may have no folder to lie in yet.
  if (files.size > 0) mkdirSync(join(configuration.folder, 'accounts'), { recursive: true })
  writeFiles([...files].map(([path, text]) => [join(configuration.folder, path), text]))
  const changed = [...files.keys()].map(configuration.show)
  if (format === 'json') outJson({ changed })
  else out(changed.length === 0 ? `nothing to change\n` : changed.map((file) => `changed ${file}\n`).join(''))
  return 0
}
