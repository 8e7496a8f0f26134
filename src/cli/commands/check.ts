import { type Diagnostic, count } from '../../compile/diagnostic.ts'
import { Failure } from '../../compile/failure.ts'
import { NoFolderThen } from '../../compile/git-trees.ts'
import { applyFixes } from '../../edit/fix.ts'
import type { Rule } from '../../lint/rule.ts'
import { type Checked, check as checkPipeline } from '../../pipeline.ts'
import { type Origin, listed, openOrigin } from '../../pipeline/configuration.ts'
import { withPolicy } from '../../pipeline/policy.ts'
import { checkSince } from '../../pipeline/since.ts'
import { formats } from '../../report/formats.ts'
import { ownRulesFor } from '../own-rules.ts'
import { type ExitCode, JUDGE } from '../constants.ts'
import { type CommonFlags, colorOn, formatOf, note, outShown, progressOn } from '../io.ts'
import { openNoting } from '../origin.ts'
import { render } from '../render.ts'
import { embeddedStore } from '../trust.ts'

interface Flags extends CommonFlags {
  readonly at?: string
  readonly since?: string
  readonly policy?: string
  readonly fix?: boolean
  readonly maxWarnings?: string
}

export async function check(flags: Flags): Promise<ExitCode> {
  const format = formatOf(flags, formats, 'pretty')
  const most = maxWarnings(flags.maxWarnings)
  if (flags.fix === true && flags.at !== undefined) {
    throw new Failure('usage', '--fix cannot change a revision', 'leave out --at to fix the working tree')
  }
  let checked = await checkAll(flags)
  if (flags.fix === true) {
    const fixed = applyFixes(checked.diagnostics)
    if (fixed.length > 0) {
      note(flags, `fixed ${fixed.length === 1 ? fixed[0] : `${fixed.length} files`}`)
      checked = await checkAll(flags)
    }
  }
  const { diagnostics, files, changed, own } = checked
  const isChanged = ({ file }: Diagnostic): boolean => changed?.has(file) === true
  outShown(render(format, diagnostics, files, colorOn(flags, process.stdout), isChanged, own))
  const warnings = count(diagnostics, 'warning')
  if (warnings > most) note(flags, `${warnings} warnings, and --max-warnings allows ${most}`)
  return count(diagnostics, 'error') > 0 || warnings > most ? 1 : 0
}

interface Judged extends Pick<Checked, 'diagnostics' | 'files'> {
  /** With --since, the files that the change touched, as people are shown them. */
  readonly changed?: ReadonlySet<string>
  /** The repository's own rules that ran. */
  readonly own: readonly Rule[]
}

async function checkAll(flags: Flags): Promise<Judged> {
  const opened = await openNoting(flags, flags.at)
  const origin = flags.policy === undefined ? opened : await withPolicy(opened, flags.config, flags.policy)
  const loaded = await ownRulesFor(origin, flags)
  const own = loaded?.rules ?? []
  const progress = progressOn(flags)
  const options = {
    ...(progress !== undefined && { progress }),
    ...(loaded !== undefined && { own: loaded }),
    judgesOnly: true,
  }
  if (flags.since === undefined) return { ...(await checkPipeline(await listed(origin), options)), own }
  const before = await openBefore(flags.config, flags.since)
  if (before === undefined) {
    return { ...(await checkPipeline(await listed(origin), { ...options, changes: 'everything' })), own }
  }
  const say = (text: string): void => note(flags, `note: ${text}`)
  const store = await embeddedStore(say)
  const known = { judge: JUDGE, note: say, ...(store !== undefined && { store }) }
  return { ...(await checkSince(before, origin, { ...options, ...known })), own }
}

/** The configuration at a revision; undefined from before there was any, when every file is a change. */
async function openBefore(config: string, revision: string): Promise<Origin | undefined> {
  try {
    return await openOrigin(config, revision)
  } catch (error) {
    if (error instanceof NoFolderThen) return undefined
    throw error
  }
}

function maxWarnings(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY
  if (/^\d+$/.test(text)) return Number(text)
  throw new Failure('usage', `--max-warnings takes a number, not "${text}"`, 'write --max-warnings 0 to allow none')
}

