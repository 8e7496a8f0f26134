import { resolve, sep } from 'node:path'
import { hexOf } from '../../../store/format/object-ref.ts'
import { isOutdated, readHead } from '../../../store/format/release-manifest.ts'
import { Failure } from '../../../base/failure.ts'
import { flat } from '../../../domain/flat-form.ts'
import { writeFiles } from '../../../base/write-files.ts'
import { isTracked, realPath, refuseTrackedLink } from '../../../git/worktree/is-tracked.ts'
import { check } from '../../../check/check-configuration.ts'
import { compile as compilePipeline, type Compiled, type Emitted } from '../../../pipeline.ts'
import { accountsOf } from '../../../check/previous/stored-accounts.ts'
import { type Configuration, listed } from '../../../source/open-configuration.ts'
import type { CustomRules } from '../../../check/load-custom-rules.ts'
import { localSigner } from '../../../release/release-signers.ts'
import { isCompiled, wellFormed } from '../../../store/release-succession.ts'
import { FileBackend } from '../../../store/backends/file-backend.ts'
import { plural } from '../../../report/counts-in-words.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, formatOf, note, out, outJson, outShown, progressOn } from '../../io.ts'
import { openCertain, openNoting } from '../../open/open-origin.ts'
import { judgeWith, ownRulesFor } from '../../open/custom-rules-to-run.ts'
import { hasErrors, renderAside } from '../../render-diagnostics.ts'
import { isLocalStore, isUntrusted, localKey, refuseBrought } from '../../open/trust-of-machine.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { compileCommand } from './compile.flags.ts'

type Flags = FlagsOf<typeof compileCommand>

export async function compile(flags: Flags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, ['pretty', 'json'], 'pretty')
  const started = performance.now()
  const origin = await (flags.flat === undefined ? openCertain : openNoting)(flags, io, flags.at)
  const own = await ownRulesFor(origin, io)
  if (flags.flat !== undefined && flags.flat !== '-') await refuseTrackedLink(resolve(flags.flat))
  if (flags.flat !== undefined) return writeFlat(await listed(origin), own, io, flags.flat)
  const target = new FileBackend(resolve(flags.out))
  await refuseTrackedLink(target.folder)
  if (`${realPath(target.folder)}${sep}`.startsWith(`${realPath(origin.folder)}${sep}`)) {
    throw new Failure(
      'usage',
      `the store ${flags.out} would lie in the configuration`,
      'name a folder outside it with --out DIR',
    )
  }
  const progress = progressOn(io)
  const isBrought = await isTracked(target.folder)
  if (isBrought) await refuseBrought(target.folder)
  if (!isLocalStore(target)) refuseReleased(target)
  const local = await localKey(target.folder)
  let compiled: Compiled
  try {
    compiled = await compilePipeline(origin, target, {
      fingerprint: judgeWith(own),
      publisher: localSigner(local, undefined, NO_TIME, ANY_SIZE),
      reuses: !isUntrusted() && !isBrought,
      note: (text) => note(io, `note: ${text}`),
      ...(progress !== undefined && { progress }),
      ...(own !== undefined && { custom: own }),
    })
  } catch (error) {
    local.undo()
    throw error
  }
  renderAside(io, compiled.diagnostics, compiled.files, compiled.emitted)
  if (compiled.emitted === undefined) return 1
  const facts = { store: flags.out, ...factsOf(compiled.emitted), duration_ms: Math.round(performance.now() - started) }
  if (format === 'json') outJson(io, facts)
  else {
    const { accounts, files_parsed, files_reused, objects_written } = facts
    out(
      io,
      `compiled ${plural(accounts, 'account')} into ${flags.out}: ${plural(files_parsed, 'file')} parsed, ` +
        `${files_reused} reused, ${plural(objects_written, 'object')} written\n`,
    )
  }
  return 0
}

/** Refuses to replace a release in use by one that was only compiled: its readers would refuse it. */
function refuseReleased(target: FileBackend): void {
  const head = target.headNow()
  if (head === undefined || isOutdated(head)) return
  if (isCompiled(wellFormed(target, () => readHead(head)).release)) return
  throw new Failure(
    'usage',
    `${target.url} holds a signed release, and what is compiled is not released`,
    'use `tenfold release --to`, or compile into another folder and `tenfold publish` that',
  )
}

/** A compiled store is not released: no reader should check its expiry, or what became of its accounts. */
const NO_TIME = { now: undefined, days: 0 }
const ANY_SIZE = { percent: undefined, isAllowed: true }

/** Returns the counts that `compile` and `release` print. */
export function factsOf({ release, published, accounts, files_parsed, files_reused }: Emitted): EmittedFacts {
  return {
    root: hexOf(release.root),
    accounts,
    files_parsed,
    files_reused,
    objects_written: published.written,
    objects_reused: published.reused,
    bytes_written: published.bytes,
  }
}

export interface EmittedFacts {
  readonly root: string
  readonly accounts: number
  readonly files_parsed: number
  readonly files_reused: number
  readonly objects_written: number
  readonly objects_reused: number
  readonly bytes_written: number
}

async function writeFlat(
  configuration: Configuration,
  own: CustomRules | undefined,
  io: CommandIo,
  file: string,
): Promise<ExitCode> {
  const progress = progressOn(io)
  const checked = await check(configuration, {
    ...(progress !== undefined && { progress }),
    ...(own !== undefined && { custom: own }),
  })
  renderAside(io, checked.diagnostics, checked.files)
  if (checked.globals === undefined || hasErrors(checked.diagnostics)) return 1
  const text = flat(checked.globals, accountsOf(checked.accounts), (await configuration.state()).commit)
  if (file === '-') outShown(io, text)
  else writeFiles([[resolve(file), text]])
  return 0
}
