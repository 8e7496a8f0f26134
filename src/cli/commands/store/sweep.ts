import { Failure } from '../../../base/failure.ts'
import { parseDuration } from '../../parse-duration.ts'
import { masked } from '../../../git/parse-git-url.ts'
import { plural } from '../../../report/counts-in-words.ts'
import type { Release } from '../../../store/format/release-manifest.ts'
import { verifyHeadOf } from '../../../release/verify-release.ts'
import { sweepStore } from '../../../release/sweep-store.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf, out, outJson } from '../../io.ts'
import { openForTidying } from '../../open/trust-of-machine.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { sweepCommand } from './sweep.flags.ts'

type Flags = FlagsOf<typeof sweepCommand>

const DAY_MS = 86_400_000

/** Deletes what no kept release reaches, from a bucket or a folder. */
export async function sweep(flags: Flags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const ageMs = parseDuration(flags.olderThan)
  if (ageMs === undefined) {
    throw new Failure('usage', `"${flags.olderThan}" is not a time`, 'write a number and a unit: 30d, or 36h')
  }
  // A service may be reading what was current a moment ago.
  if (ageMs < DAY_MS) throw new Failure('usage', '--older-than is less than a day', 'name 1d, or more')
  const { target, trusted } = await openForTidying(flags.to, flags)
  const isDry = flags.dryRun === true
  const verify = async (head: Uint8Array): Promise<Release> => (await verifyHeadOf(target, head, trusted)).release
  const swept = await sweepStore(target, verify, { ageMs, now: Date.now(), isDry })
  if (format === 'json') outJson(io, swept)
  else {
    const files = `${plural(swept.deleted, 'file')}, ${swept.bytes.toLocaleString('en')} bytes`
    out(io, `${isDry ? 'would delete' : 'deleted'} ${files} from ${masked(flags.to)}; ${swept.kept} stay\n`)
  }
  return 0
}
