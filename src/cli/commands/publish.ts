import { readEnvelope, readRelease } from '../../bundle/release.ts'
import { Malformed } from '../../bundle/decode.ts'
import { Failure } from '../../compile/failure.ts'
import { openTarget } from '../../publish/open.ts'
import { publish as publishRelease } from '../../publish/publish.ts'
import { damaged } from '../../publish/targets/file.ts'
import { type CommonFlags, type ExitCode, formatOf, out, outJson } from '../io.ts'

interface Flags extends CommonFlags {
  readonly to: string
  readonly from: string
}

export async function publish(flags: Flags): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const from = openTarget(flags.from)
  const to = openTarget(flags.to)
  const head = await from.head()
  if (head === undefined) {
    throw new Failure('world', `there is no store at ${flags.from}`, 'make one with `tenfold compile`, or name another with --from')
  }
  try {
    const { seq: _, ...release } = readRelease(readEnvelope(head))
    const { release: done, published } = await publishRelease(from, { ...release, issued: new Date().toISOString() }, to)
    if (format === 'json') {
      outJson({
        objects_written: published.written,
        bytes_written: published.bytes,
        seq: done.seq,
        environment: done.environment,
        published: [{ target: flags.to, seq: done.seq }],
      })
    } else out(`published to ${flags.to} as ${done.environment} ${done.seq}: ${published.written} objects written\n`)
    return 0
  } catch (error) {
    if (error instanceof Malformed) throw damaged(flags.from, error.message)
    throw error
  }
}
