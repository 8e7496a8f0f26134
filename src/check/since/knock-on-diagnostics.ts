import { canonical } from '../../store/format/canonical-json.ts'
import type { Diagnostic } from '../../source/diagnostic-types.ts'
import type { TreeFile } from '../../source/list-folder.ts'
import { lintAccount } from '../../lint/run-rules.ts'
import { silences } from '../../lint/locate-findings.ts'
import { reached } from '../../lint/rules-to-ask-again.ts'
import type { Finding, Rule } from '../../lint/rule.ts'
import { rules as ourRules } from '../../lint/generated/registry.ts'
import type { CheckContext } from '../check-context.ts'
import { checkAccounts } from '../check-accounts.ts'
import type { CheckedGlobals } from '../check-globals.ts'
import type { Configuration } from '../../source/open-configuration.ts'
import { oncePerContent } from '../previous/once-per-content.ts'
import { writesGone } from '../previous/nulls-of-gone-fields.ts'
import type { Previous } from '../previous/previous-release.ts'
import type { Stored, Unchanged } from './base-and-head.ts'

/**
 * Whether an unchanged account is checked against the same on both sides: the same globals, and dates that mean the
 * same. It is unknown what a date means to a custom rule, and which place of a global file it asks about.
 */
export function checksAlike(
  { context: a }: CheckedGlobals,
  { context: b }: CheckedGlobals,
  haveGlobalsChanged: boolean,
): boolean {
  if (b.rules !== undefined && (haveGlobalsChanged || a.when.date !== b.when.date)) return false
  return canonical(a.known) === canonical(b.known) && agesOf(a) === agesOf(b)
}

/** Returns what is deprecated or removed as of a side's date. */
function agesOf({ known, when: { date } }: CheckContext): string {
  const isOver = (day: string | undefined): boolean => date !== undefined && day !== undefined && day <= date
  return Object.entries(known.models ?? {})
    .map(([id, { deprecated_on, removed_on }]) => `${id}\0${isOver(deprecated_on)}\0${isOver(removed_on)}`)
    .sort()
    .join('\n')
}

export interface KnockOn {
  readonly judgedBefore: CheckedGlobals
  readonly judged: CheckedGlobals
  readonly after: Configuration
  readonly unchanged: () => Unchanged
  readonly previous: Previous | undefined
}

export interface FoundKnockOn {
  readonly diagnostics: readonly Diagnostic[]
  readonly before: readonly Diagnostic[]
  readonly parsed: number
}

/**
 * Finds the diagnostics of unchanged accounts, now and before, after the globals or rules have changed. Those that a
 * store knows are checked by what it holds of them, and their files are read only where there is something new; of the
 * others, only those are checked as before that have a diagnostic now.
 */
export async function newKnockOn(elsewhere: KnockOn): Promise<FoundKnockOn> {
  const { judgedBefore, judged, after, unchanged, previous } = elsewhere
  const { stored, unknown } = unchanged()
  const known = previous === undefined ? [] : affected(stored, judgedBefore.context, judged.context, previous)
  const work = [...unknown, ...known]
  const diagnostics: Diagnostic[] = []
  const reported = new Set<string>()
  for await (const outcome of checkAccounts(work, after, judged.context, judged.contents)) {
    if ('unchanged' in outcome || outcome.diagnostics.length === 0) continue
    reported.add(outcome.path)
    for (const diagnostic of outcome.diagnostics) diagnostics.push(diagnostic)
  }
  const before: Diagnostic[] = []
  const again = work.filter(({ path }) => reported.has(path))
  for await (const outcome of checkAccounts(again, after, judgedBefore.context, judgedBefore.contents)) {
    if (!('unchanged' in outcome)) for (const diagnostic of outcome.diagnostics) before.push(diagnostic)
  }
  return { diagnostics, before, parsed: work.length }
}

/** Returns the accounts of the store in which the rules find something that they did not find before. */
function affected(stored: Iterable<Stored>, before: CheckContext, now: CheckContext, previous: Previous): TreeFile[] {
  const asked = askedAgain(before, now)
  if (asked.length === 0) return []
  const check = (id: string, line: string, path: string): boolean => {
    const model = previous.model(id, line, path)
    const found = lintAccount(model, now.known, now.when, asked).map(named)
    const foundBefore = lintAccount(model, before.known, before.when, asked)
    const was = new Map(foundBefore.map((finding) => [named(finding), finding]))
    // A finding that is gone may have silenced another one at its place, which now appears.
    const gone = [...was].filter(([name]) => !found.includes(name))
    return found.some((name) => !was.has(name)) || gone.some(([, finding]) => silences(finding))
  }
  const isAffected = oncePerContent((id, line) => check(id, line, ''))
  const isGone = writesGone(before.known.vocabulary, now.known.vocabulary)
  const files: TreeFile[] = []
  for (const { id, line, file } of stored) {
    // A custom rule may inspect an account's name and place.
    const isFound = now.rules === undefined ? isAffected(id, line) : check(id, line, file().path)
    if (isFound || isGone?.(previous.find(id)?.at ?? {}) === true) files.push(file())
  }
  return files
}

/** Returns the rules that may have other findings than before. */
function askedAgain(before: CheckContext, now: CheckContext): readonly Rule[] {
  const rules = now.rules ?? ourRules
  // Of several functions that a value spoils, the first one is reported: their order may change the finding.
  return orderOf(before) === orderOf(now) ? reached(rules, before, now) : rules
}

function orderOf({ known }: CheckContext): string {
  return Object.keys(known.functions ?? {}).join('\n')
}

function named({ rule, severity, at, message }: Finding): string {
  return canonical([rule, severity, { ...at }, message])
}
