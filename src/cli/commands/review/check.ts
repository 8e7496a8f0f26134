import { existsSync, statSync } from 'node:fs'
import { type Diagnostic, count } from '../../../source/diagnostic-types.ts'
import { Failure } from '../../../base/failure.ts'
import { NoFolderThen } from '../../../source/list-revision.ts'
import { applyFixes } from '../../../edit/apply-fixes.ts'
import type { Rule } from '../../../lint/rule.ts'
import { type CheckedConfiguration, check as checkPipeline } from '../../../check/check-configuration.ts'
import {
  type Configuration,
  type Origin,
  STAGED,
  type AtIndex,
  listed,
  openOrigin,
} from '../../../source/open-configuration.ts'
import { forkPoint, rangeIn } from '../../../compare/fork-point.ts'
import { withPolicy } from '../../../check/apply-base-policy.ts'
import { withVocabularyToCome } from '../../../check/since/vocabulary-to-come.ts'
import { checkNextPolicy, withNext } from '../../../check/since/check-next-policy.ts'
import { checkSince } from '../../../check/since/check-since.ts'
import { formats } from '../../../report/format-names.ts'
import { ownRulesFor } from '../../open/custom-rules-to-run.ts'
import { FINGERPRINT } from '../../version.ts'
import type { ExitCode } from '../../exit-code.ts'
import { type CommandIo, colorOn, formatOf, note, outShown, progressOn } from '../../io.ts'
import { openCertain, openNoting } from '../../open/open-origin.ts'
import { render } from '../../render-diagnostics.ts'
import { localStore, isUntrusted } from '../../open/trust-of-machine.ts'
import type { FlagsOf } from '../command-spec.ts'
import type { checkCommand } from './check.flags.ts'

type Flags = FlagsOf<typeof checkCommand>

export async function check(given: readonly string[], flags: Flags, io: CommandIo): Promise<ExitCode> {
  const format = formatOf(flags, formats, 'pretty')
  const most = maxWarnings(flags.maxWarnings)
  refuseTogether(given, flags)
  let checked = await checkAll(flags, io)
  if (flags.fix === true) {
    const fixed = applyFixes(checked.diagnostics)
    if (fixed.length > 0) {
      note(io, `fixed ${fixed.length === 1 ? fixed[0] : `${fixed.length} files`}`)
      checked = await checkAll(flags, io)
    }
  }
  const { diagnostics, files, changed, own } = checked
  const isChanged = ({ file }: Diagnostic): boolean => changed?.has(file) === true
  outShown(io, render(format, diagnostics, files, colorOn(io, io.stdout), isChanged, own))
  const warnings = count(diagnostics, 'warning')
  if (warnings > most) note(io, `${warnings} warnings, and --max-warnings allows ${most}`)
  return count(diagnostics, 'error') > 0 || warnings > most ? 1 : 0
}

/** @throws {Failure} */
function refuseTogether([given]: readonly string[], { fix, at, staged }: Flags): void {
  if (given !== undefined) {
    const isFolder = existsSync(given) && statSync(given).isDirectory()
    const help = isFolder
      ? `name the configuration’s folder with --config ${given}`
      : 'leave the files out, in a hook with `pass_filenames: false` or without {staged_files}; `check --staged` judges what ' +
        'is about to be committed, and `check --since HEAD` reports what the changed files say'
    throw new Failure(
      'usage',
      `too many arguments: check judges the whole configuration, and takes no ${isFolder ? 'folder' : 'file'} ("${given}")`,
      help,
    )
  }
  if (staged === true && at !== undefined) {
    throw new Failure('usage', '--staged and --at name two things to judge', 'leave one of them out')
  }
  if (fix === true && at !== undefined) {
    throw new Failure('usage', '--fix cannot change a revision', 'leave out --at to fix the working tree')
  }
  if (fix === true && staged === true) {
    throw new Failure('usage', '--fix cannot change what is staged', 'leave out --staged, and `git add` what was fixed')
  }
}

function placeOf({ at, staged }: Flags): string | AtIndex | undefined {
  return staged === true ? STAGED : at
}

interface CheckedByPolicy extends Pick<CheckedConfiguration, 'diagnostics' | 'files'> {
  /** With --since, the files that the change touched, as they are shown to people. */
  readonly changed?: ReadonlySet<string>
  /** With --since, the commit that the change begins with. */
  readonly since?: string
  /** What was checked: with --policy, the change with the policy files of the base. */
  readonly judged: Origin
  /** The repository's custom rules that ran. */
  readonly own: readonly Rule[]
}

async function checkAll(flags: Flags, io: CommandIo): Promise<CheckedByPolicy> {
  const checked = await checkByPolicy(flags, io)
  if (flags.policy === undefined) return checked
  const { config } = flags
  const change = await globalsOf(await openOrigin(config, placeOf(flags)))
  const before = checked.since === undefined ? undefined : await openBefore({ config }, checked.since)
  const next = await checkNextPolicy(change, before && (await globalsOf(before)))
  const told = await withVocabularyToCome(checked.diagnostics, change, checked.judged)
  return { ...checked, diagnostics: withNext(told, next) }
}

async function globalsOf(origin: Origin): Promise<Configuration> {
  return { ...origin, tree: await origin.listGlobals() }
}

async function checkByPolicy(flags: Flags, io: CommandIo): Promise<CheckedByPolicy> {
  const opened = await (isUntrusted() ? openCertain : openNoting)(flags, io, placeOf(flags))
  const origin = flags.policy === undefined ? opened : await withPolicy(opened, flags.config, flags.policy)
  const loaded = await ownRulesFor(origin, io)
  const own = loaded?.rules ?? []
  const progress = progressOn(io)
  const options = {
    ...(progress !== undefined && { progress }),
    ...(loaded !== undefined && { custom: loaded }),
    diagnosticsOnly: true,
  }
  if (flags.since === undefined) return { ...(await checkPipeline(await listed(origin), options)), own, judged: origin }
  const since = await startOf(flags, flags.since, io)
  const before = await openBefore(flags, since)
  if (before === undefined) {
    return {
      ...(await checkPipeline(await listed(origin), { ...options, changes: 'everything' })),
      own,
      judged: origin,
      since,
    }
  }
  const say = (text: string): void => note(io, `note: ${text}`)
  const store = await localStore(say)
  const known = { fingerprint: FINGERPRINT, note: say, ...(store !== undefined && { store }) }
  return { ...(await checkSince(before, origin, { ...options, ...known })), own, judged: origin, since }
}

/** Opens the configuration at a revision; undefined from before there was any, when every file is a change. */
async function openBefore(
  { config, policy }: Pick<Flags, 'config' | 'policy'>,
  revision: string,
): Promise<Origin | undefined> {
  try {
    const before = await openOrigin(config, revision)
    // Both sides are checked alike, so that new findings come from the change itself.
    return policy === undefined ? before : await withPolicy(before, config, policy)
  } catch (error) {
    if (error instanceof NoFolderThen) return undefined
    throw error
  }
}

/** Returns the commit that a change begins with. @throws {Failure} when there is no such revision. */
function startOf(flags: Flags, since: string, io: CommandIo): Promise<string> {
  const { config, at } = flags
  return forkPoint(config, sinceIn(since, at), at, (text) => note(io, `note: ${text}`))
}

/** Returns the revision that --since names; if it names two, the other one is what is checked. @throws {Failure} */
function sinceIn(text: string, at: string | undefined): string {
  const range = rangeIn(text)
  if (range === undefined || range.head === 'HEAD' || range.head === at) return range?.base ?? text
  throw new Failure(
    'usage',
    `--since names where a change begins, and "${text}" names ${range.head} too`,
    `write --since ${range.base} --at ${range.head}`,
  )
}

function maxWarnings(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY
  if (/^\d+$/.test(text)) return Number(text)
  throw new Failure('usage', `--max-warnings takes a number, not "${text}"`, 'write --max-warnings 0 to allow none')
}
