import { hexOf } from '../../../store/format/object-ref.ts'
import { readTrusted } from '../../../release/verify-release.ts'
import { verify as verifyStore } from '../../../release/verify-store.ts'
import { plural } from '../../../report/counts-in-words.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf, note, out, outJson } from '../../io.ts'
import { redacted } from '../../redact-keys.ts'
import { openForReading } from '../../open/trust-of-machine.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { verifyCommand } from './verify.flags.ts'

type Flags = FlagsOf<typeof verifyCommand>

/** Verifies a store. Damage is an environment failure: exit code 3, with every problem listed. */
export async function verify(store: string, flags: Flags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const { target, trusted } = await openForReading(store, flags)
  const { release: believed, document } = await readTrusted(target, trusted)
  const { release, objects, bytes, accounts, problems } = await verifyStore(target, believed, document?.signed.secrets)
  const { environment, seq, commit, issued, expires } = release
  if (format === 'json') {
    outJson(io, {
      store,
      ok: problems.length === 0,
      environment,
      seq,
      commit,
      issued,
      expires,
      root: hexOf(release.root),
      accounts,
      objects,
      bytes,
      problems,
    })
  } else if (problems.length === 0) {
    out(
      io,
      `${store} is whole: ${environment} ${seq}, ` +
        `${plural(accounts, 'account')}, ${plural(objects, 'object')}, ${plural(bytes, 'byte')}\n`,
    )
  }
  if (expires !== null && Date.parse(expires) < Date.now()) {
    note(io, `note: it expired at ${expires}: services refuse it until \`tenfold release\` publishes it again`)
  }
  if (problems.length === 0) return 0
  const shown = problems.slice(0, SHOWN).map((problem) => `  ${problem}\n`)
  const more = problems.length > SHOWN ? `  and ${problems.length - SHOWN} more\n` : ''
  io.stderr.write(
    redacted(
      `error: the store ${store} is damaged:\n${shown.join('')}${more}` +
        ' help: publish the release again, into an empty folder if need be\n',
    ),
  )
  return 3
}

const SHOWN = 20
