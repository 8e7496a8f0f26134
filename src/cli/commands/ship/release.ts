import { Failure } from '../../../base/failure.ts'
import { masked } from '../../../git/parse-git-url.ts'
import { type Origin, openFolder } from '../../../source/open-configuration.ts'
import { globalContents, targetNamed, tenfoldIn } from '../../../check/check-global-files.ts'
import { LOCAL_STORE, type Released, release as releaseAll } from '../../../release/release-configuration.ts'
import { refresh } from '../../../release/renew-and-roll-back.ts'
import { openBackend } from '../../../store/open-backend.ts'
import { plural } from '../../../report/counts-in-words.ts'
import { FINGERPRINT } from '../../version.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf, note, out, outJson, progressOn } from '../../io.ts'
import { openCertain } from '../../open/open-origin.ts'
import { renderAside } from '../../render-diagnostics.ts'
import { checkEnvironment, isUntrusted, refuseBrought, rootHere, signingHere } from '../../open/trust-of-machine.ts'
import { factsOf } from './compile.ts'
import { tellingFleet } from './tell-fleet.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { releaseCommand } from './release.flags.ts'

type Flags = FlagsOf<typeof releaseCommand>

export async function release(flags: Flags, io: CommandIo): Promise<ExitCode> {
  if (flags.refresh === true) return prolong(flags, io)
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  checkEnvironment(flags.env)
  const started = performance.now()
  const origin = await openCertain(flags, io, flags.at)
  const tell = tellingFleet([flags.notify, (await tenfoldOf(origin))?.notify], io)
  const progress = progressOn(io)
  const notes = new Set<string>()
  const { compiled, store, published, failed } = await releaseAll(origin, {
    ...(await signingHere(flags.keys)),
    reuses: !isUntrusted(),
    refuseBrought,
    to: flags.to ?? [`file:${LOCAL_STORE}`],
    environment: flags.env,
    allowMissing: flags.allowMissing === true,
    allowShrink: flags.allowShrink === true,
    fingerprint: FINGERPRINT,
    note: (text) => {
      if (!notes.has(text)) note(io, `note: ${text}`)
      notes.add(text)
    },
    ...(progress !== undefined && { progress }),
  })
  renderAside(io, compiled.diagnostics, compiled.files, compiled.emitted)
  if (compiled.emitted === undefined) return 1
  const { environment } = compiled.emitted.release
  const seq = published[0]?.seq ?? compiled.emitted.release.seq
  const told = published.length === 0 ? {} : await tell({ environment, seq })
  const facts = {
    store,
    ...factsOf(compiled.emitted),
    duration_ms: Math.round(performance.now() - started),
    seq,
    environment,
    published,
    ...told,
  }
  if (format === 'json') outJson(io, facts)
  else {
    for (const { target, seq: at } of published) {
      out(
        io,
        `released ${plural(facts.accounts, 'account')} to ${target} as ${environment} ${at}: ` +
          `${plural(facts.files_parsed, 'file')} parsed, ${plural(facts.objects_written, 'object')} written\n`,
      )
    }
  }
  if (failed.length > 0) throw incomplete(published, failed)
  return 0
}

/** What some of several targets have stays; the next run completes the others. */
function incomplete(published: Released['published'], [first, ...others]: Released['failed']): Failure {
  const at = [first, ...others].map((one) => (one === undefined ? '' : `${one.target}: ${one.failure.message}`))
  const what = published.length === 0 ? 'nothing was published' : `not published everywhere`
  const help =
    published.length === 0 ? (first?.failure.help ?? '') : 'run it again: it completes the others with the same release'
  return new Failure('world', `${what}: ${at.join('; ')}`, help)
}

async function tenfoldOf(origin: Origin): Promise<ReturnType<typeof tenfoldIn>> {
  return tenfoldIn(await globalContents((await origin.listGlobals()).files, origin.contents))
}

/** Renews the signature on what the targets hold; nothing is checked or compiled. */
async function prolong(flags: Flags, io: CommandIo): Promise<ExitCode> {
  if (flags.at !== undefined) throw new Failure('usage', '--refresh signs what the targets hold', 'leave out --at')
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const tenfold = await tenfoldOf(openFolder(flags.config))
  const tell = tellingFleet([flags.notify, tenfold?.notify], io)
  const document = await rootHere(flags.config)
  const published: { target: string; seq: number; environment: string; expires: string | null }[] = []
  for (const url of flags.to ?? [`file:${LOCAL_STORE}`]) {
    const target = openBackend(targetNamed(url, tenfold), tenfold?.environment)
    const signing = await signingHere(flags.keys)
    const { seq, environment, expires } = await refresh(url, target, document, signing, tenfold?.expires_after_days)
    published.push({ target: masked(url), seq, environment, expires })
  }
  const [first] = published
  const told = first === undefined ? {} : await tell({ environment: first.environment, seq: first.seq })
  if (format === 'json') outJson(io, { seq: first?.seq, environment: first?.environment, published, ...told })
  else {
    for (const { target, seq, environment, expires } of published) {
      out(io, `${target} is good until ${expires ?? 'ever'}: ${environment} ${seq}\n`)
    }
  }
  return 0
}
