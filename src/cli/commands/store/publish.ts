import { masked } from '../../../git/parse-git-url.ts'
import { type Release, readHead } from '../../../store/format/release-manifest.ts'
import { Failure } from '../../../base/failure.ts'
import { targetNamed } from '../../../check/check-global-files.ts'
import { openForSigning } from '../../../release/renew-and-roll-back.ts'
import { type Signing, needRoot } from '../../../release/keys-at-hand.ts'
import { verifyHeadOf } from '../../../release/verify-release.ts'
import { openBackend } from '../../../store/open-backend.ts'
import { publish as publishRelease } from '../../../release/publish-copy.ts'
import { isCompiled, wellFormed } from '../../../store/release-succession.ts'
import { type Backend, readableHead } from '../../../store/backend-types.ts'
import { FileBackend } from '../../../store/backends/file-backend.ts'
import { plural } from '../../../report/counts-in-words.ts'
import type { RootDocument } from '../../../trust/root-document.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf, out, outJson } from '../../io.ts'
import { isLocalStore, refuseBrought, rootHere, signingHere, tenfoldHere } from '../../open/trust-of-machine.ts'
import { tellingFleet } from '../ship/tell-fleet.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { publishCommand } from './publish.flags.ts'

type Flags = FlagsOf<typeof publishCommand>

/**
 * Verifies what is about to be signed. For a store that was compiled and never released, naming it is enough, as long
 * as it brings no sealed keys; a released one has to be signed by keys that we trust. @throws {Failure}
 */
async function vouchedFor(
  from: Backend,
  url: string,
  document: RootDocument | undefined,
  signing: Signing,
): Promise<Release> {
  const bytes = await readableHead(from)
  if (bytes === undefined) {
    throw new Failure(
      'world',
      `there is no store at ${url}`,
      'make one with `tenfold compile`, or name another with --from',
    )
  }
  if (isLocalStore(from)) return (await verifyHeadOf(from, bytes, { is: 'local', key: signing.local.public })).release
  const { release } = wellFormed(from, () => readHead(bytes))
  if (isCompiled(release) && release.secrets === null) return release
  if (document === undefined) throw needRoot('reading', url)
  return (await verifyHeadOf(from, bytes, { is: 'root', document })).release
}

/** Publishes a compiled store: signed for the target, with the target's sealed keys if it brings none. */
export async function publish(flags: Flags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const tenfold = await tenfoldHere(flags.config)
  const tell = tellingFleet([tenfold?.notify], io)
  const from = openBackend(targetNamed(flags.from, tenfold), tenfold?.environment)
  if (from instanceof FileBackend) await refuseBrought(from.folder)
  const document = await rootHere(flags.config)
  const signing = await signingHere(flags.keys)
  const to = openBackend(targetNamed(flags.to, tenfold), tenfold?.environment)
  const { target, publisher } = openForSigning(flags.to, to, document, signing, tenfold?.expires_after_days)
  const release = await vouchedFor(from, flags.from, document, signing)
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
  const told = await tell({ environment: done.environment, seq: done.seq })
  if (format === 'json') {
    outJson(io, {
      objects_written: published.written,
      bytes_written: published.bytes,
      seq: done.seq,
      environment: done.environment,
      published: [{ target: masked(flags.to), seq: done.seq }],
      ...told,
    })
  } else {
    out(
      io,
      `published to ${masked(flags.to)} as ${done.environment} ${done.seq}: ` +
        `${plural(published.written, 'object')} written\n`,
    )
  }
  return 0
}
