import { masked } from '../../../git/parse-git-url.ts'
import { Failure } from '../../../base/failure.ts'
import { targetNamed } from '../../../check/check-global-files.ts'
import { openForSigning, rollback as rollBack } from '../../../release/renew-and-roll-back.ts'
import { openBackend } from '../../../store/open-backend.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf, out, outJson } from '../../io.ts'
import { rootHere, signingHere, tenfoldHere } from '../../open/trust-of-machine.ts'
import { tellingFleet } from '../ship/tell-fleet.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { rollbackCommand } from './rollback.flags.ts'

type Flags = FlagsOf<typeof rollbackCommand>

export async function rollback(text: string, flags: Flags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  if (!/^[1-9]\d{0,15}$/.test(text)) {
    throw new Failure('usage', `"${text}" is not the seq of a release`, 'write `rollback 41 --to TARGET`')
  }
  const tenfold = await tenfoldHere(flags.config)
  const tell = tellingFleet([tenfold?.notify], io)
  const target = openBackend(targetNamed(flags.to, tenfold), tenfold?.environment)
  const document = await rootHere(flags.config)
  const opened = openForSigning(flags.to, target, document, await signingHere(flags.keys), tenfold?.expires_after_days)
  const { seq, environment, commit } = await rollBack(opened, Number(text))
  const told = await tell({ environment, seq })
  if (format === 'json') {
    const published = [{ target: masked(flags.to), seq }]
    outJson(io, { seq, environment, commit, restored: Number(text), published, ...told })
  } else out(io, `${masked(flags.to)} holds release ${text} again, as ${environment} ${seq}\n`)
  return 0
}
