import { existsSync, statSync } from 'node:fs'
import { basename, posix, relative, resolve, sep } from 'node:path'
import { didYouMean, oneOf } from '../../../base/did-you-mean.ts'
import { Failure } from '../../../base/failure.ts'
import { maskCredentials } from '../../../credentials/index.ts'
import { PLANS, type PlanName, isPlan } from '../../../domain/settings-types.ts'
import { openRepository } from '../../../git/open-repository.ts'
import { openPullRequest } from '../../../github/open-pull-request.ts'
import { type ImportResult, importDump } from '../../../import/import-dump.ts'
import type { Selection } from '../../../import/import-request.ts'
import { plural } from '../../../report/counts-in-words.ts'
import { openFolder } from '../../../source/open-configuration.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, note, out, outShown, progressOn } from '../../io.ts'
import { onInterrupt } from '../../on-interrupt.ts'
import { ownRulesFor } from '../../open/custom-rules-to-run.ts'
import { forgeOf } from '../../pull-request/which-forge.ts'
import { hasErrors, renderAside } from '../../render-diagnostics.ts'
import { shownText } from '../../shown-values.ts'
import type { FlagsOf } from '../command-spec.ts'
import { told } from '../edit/change-accounts.ts'
import type { importCommand } from './import.flags.ts'

type Flags = FlagsOf<typeof importCommand>

/** Makes a configuration of a dump; writes all of it, or what is not refused if that is asked for, or nothing. */
export async function importFrom(file: string, flags: Flags, io: CommandIo): Promise<ExitCode> {
  const folder = flags.out ?? flags.config
  refuseReportOver(flags, [file, flags.map, flags.prove])
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new Failure('usage', `${folder} is not a folder`, 'name one with --out')
  }
  const custom = existsSync(folder) ? await ownRulesFor(openFolder(folder), io) : undefined
  const progress = progressOn(io)
  const prepared: (() => void)[] = []
  const calm = onInterrupt(() => prepared.forEach((remove) => remove()))
  try {
    const result = await importDump({
      onPrepared: (remove) => prepared.push(remove),
      file,
      out: folder,
      plans: plansIn(flags.plan ?? []),
      ids: pairs('--id', 'PK=ID', flags.id ?? []),
      selects: (flags.select ?? []).map(selectionIn),
      follow: flags.follow === true,
      deleteGone: flags.deleteGone === true,
      ...(flags.format !== undefined && { format: flags.format }),
      ...(flags.map !== undefined && { map: flags.map }),
      ...(flags.prove !== undefined && { prove: flags.prove }),
      ...(custom !== undefined && { custom }),
      ...(progress !== undefined && { progress }),
    })
    try {
      return await conclude(result, file, folder, flags, io)
    } finally {
      result.close()
    }
  } finally {
    calm()
  }
}

/** The report is written whatever becomes of the rows: over what they are read from, it would be all that is left. */
function refuseReportOver({ report }: Flags, read: readonly (string | undefined)[]): void {
  const over = report === undefined ? undefined : read.find((one) => one !== undefined && isSameFile(one, report))
  if (over !== undefined) throw new Failure('usage', `--report would overwrite ${over}`, 'name another file')
}

function isSameFile(a: string, b: string): boolean {
  if (resolve(a) === resolve(b)) return true
  const [one, other] = [a, b].map((file) => statSync(file, { throwIfNoEntry: false }))
  return one !== undefined && one.ino === other?.ino && one.dev === other.dev
}

async function conclude(
  result: ImportResult,
  file: string,
  folder: string,
  flags: Flags,
  io: CommandIo,
): Promise<ExitCode> {
  const { report, diagnostics, hindrance } = result
  outShown(io, `${result.markdown.split('\n').map(shownText).join('\n')}\n`)
  renderAside(io, diagnostics, new Set(diagnostics.map((one) => one.file)).size)
  if (flags.report !== undefined) result.writeReport(flags.report)
  const refused = report.counts.refused
  const differing = report.proof?.differences.length ?? 0
  const isWrong = refused > 0 || differing > 0 || hasErrors(diagnostics)
  const code: ExitCode = isWrong ? 1 : 0
  if (flags.dryRun === true) {
    out(io, 'nothing was written: --dry-run\n')
    return code
  }
  if (hindrance !== undefined || (isWrong && flags.partial !== true)) {
    const why = hindrance ?? whyNot(refused, differing)
    const way = hindrance === undefined ? '; --partial writes the rest' : ''
    note(io, `nothing was written: ${why}${way}`)
    return 1
  }
  const changed = result.changed().length
  if (flags.pr === true && changed > 0) {
    await propose(result, folder, `Import ${plural(report.records.length, 'row')} of ${basename(file)}`, flags, io)
    return code
  }
  result.apply()
  out(io, `wrote ${plural(changed, 'file')} to ${folder}\n`)
  return code
}

function whyNot(refused: number, differing: number): string {
  if (refused > 0) return `${plural(refused, 'row')} ${refused === 1 ? 'is' : 'are'} refused`
  return differing > 0
    ? `${plural(differing, 'field')} would be answered differently`
    : 'files that come from no row are wrong'
}

/** Proposes all of it as one commit: the report for people is the text of the pull request. */
async function propose(
  result: ImportResult,
  folder: string,
  title: string,
  { remote, base, forge }: Flags,
  io: CommandIo,
): Promise<void> {
  const repository = await openRepository(resolve(folder))
  if (repository === undefined) {
    const why = `${folder} is in no git repository, so there is nothing to propose to`
    throw new Failure('usage', why, 'leave out --pr')
  }
  const prefix = relative(repository.top, resolve(folder)).split(sep).join('/')
  const proposed = await openPullRequest({
    changes: [...result.changes()].map(([path, edit]) => ({ path: posix.join(prefix, path), ...edit })),
    title,
    body: maskCredentials(result.markdown),
    folder: repository.top,
    ...(remote !== undefined && { remote }),
    ...(base !== undefined && { base }),
    ...(forge !== undefined && { forge: forgeOf(forge) }),
  })
  told(io, 'pretty', proposed)
}

/** Splits at the last sign: a plan's name may have one. */
function pairs(flag: string, form: string, values: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const text of values) {
    const at = text.lastIndexOf('=')
    const [key, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()]
    if (at < 0 || value === '')
      throw new Failure('usage', `${flag} takes ${form}, not "${text}"`, `write ${flag} ${form}`)
    if (found.has(key) && found.get(key) !== value) {
      throw new Failure('usage', `${flag} says two things of "${key}"`, 'leave one of them out')
    }
    found.set(key, value)
  }
  return found
}

function plansIn(values: readonly string[]): Map<string, PlanName> {
  const plans = new Map<string, PlanName>()
  for (const [old, plan] of pairs('--plan', 'OLD=NEW', values)) {
    if (!isPlan(plan)) {
      const hint = `${didYouMean(plan, PLANS)}the plans are ${oneOf(PLANS)}`
      throw new Failure('usage', `--plan: there is no plan "${plan}"`, hint)
    }
    plans.set(old, plan)
  }
  return plans
}

function selectionIn(text: string): Selection {
  const at = text.indexOf('=')
  const accounts = text
    .slice(at + 1)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (at < 1 || accounts.length === 0) {
    throw new Failure('usage', `--select takes PROVIDER=ACCOUNTS, not "${text}"`, 'write --select dalle=acme,globex')
  }
  return { provider: text.slice(0, at).trim(), accounts }
}
