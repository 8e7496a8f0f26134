import { Failure } from '../../../base/failure.ts'
import { moveToPlan } from '../../../edit/move-to-plan.ts'
import { accountsIn, apply, change } from './change-accounts.ts'
import { EDIT_FORMATS } from './proposal-flags.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf } from '../../io.ts'
import { livePlan } from '../ask/get.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { planCommand } from './plan.flags.ts'

type Flags = FlagsOf<typeof planCommand>

/** Moves accounts to a plan; an account without a file gets one. */
export async function plan(args: readonly string[], flags: Flags, io: CommandIo): Promise<ExitCode> {
  formatOf(flags, EDIT_FORMATS, 'pretty')
  const name = livePlan(args.at(-1))
  const ids = args.slice(0, -1)
  if (name === undefined || ids.length === 0) {
    throw new Failure('usage', 'plan needs an account and a plan', 'write `plan ACCOUNT... PLAN`')
  }
  const drop = flags.dropOverrides === true
  const title = `Move ${accountsIn(ids)} to ${name}`
  return apply(flags, io, title, await change(flags, ids, (file, id) => moveToPlan(file, id, name, drop)))
}
