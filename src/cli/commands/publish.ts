import { readHead } from '../../bundle/release.ts'
import { Failure } from '../../compile/failure.ts'
import { openForSigning } from '../../pipeline/republish.ts'
import { openTarget } from '../../publish/open.ts'
import { publish as publishRelease } from '../../publish/publish.ts'
import { wellFormed } from '../../publish/publisher.ts'
import { type CommonFlags, type ExitCode, formatOf, out, outJson } from '../io.ts'
import { rootHere, signingHere } from '../trust.ts'

interface Flags extends CommonFlags {
  readonly to: string
  readonly from: string
  readonly keys: string
}

/** Publishes what was compiled: signed for the target, with the sealed keys that it has, if it brings none. */
export async function publish(flags: Flags): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const from = openTarget(flags.from)
  const { target, publisher } = openForSigning(flags.to, openTarget(flags.to), await rootHere(flags.config), signingHere(flags.keys))
  const head = await from.head()
  if (head === undefined) {
    throw new Failure('world', `there is no store at ${flags.from}`, 'make one with `tenfold compile`, or name another with --from')
  }
  const { release } = wellFormed(from, () => readHead(head))
  const { release: done, published } = await publishRelease(
    from,
    (last) => {
      const isSameEnvironment = last?.environment === release.environment
      return {
        ...release,
        secrets: release.secrets ?? (isSameEnvironment ? (last?.secrets ?? null) : null),
      }
    },
    target,
    publisher,
  )
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
}
