import { canonical } from '../bundle/canonical.ts'
import type { Diagnostic } from '../compile/diagnostic.ts'
import type { TreeFile } from '../compile/read.ts'
import { lintAccount } from '../lint/lint.ts'
import { silences } from '../lint/locate.ts'
import type { Finding } from '../lint/rule.ts'
import type { Bench } from './account.ts'
import { checkAccounts } from './accounts.ts'
import type { Common } from './common.ts'
import type { Configuration } from './configuration.ts'
import { perContent } from './per-content.ts'
import type { Previous } from './previous.ts'

/**
 * Whether an unchanged account is judged on both sides by the same: by the same globals, and by dates that mean the
 * same. What a date means to a repository's own rules nobody knows, nor which place of a global file they ask about.
 */
export function judgesAlike({ bench: a }: Common, { bench: b }: Common, haveGlobalsChanged: boolean): boolean {
  if (b.rules !== undefined && (haveGlobalsChanged || a.when.date !== b.when.date)) return false
  return canonical(a.known) === canonical(b.known) && agesOf(a) === agesOf(b)
}

/** What is deprecated or removed as of a side's date. */
function agesOf({ known, when: { date } }: Bench): string {
  const isOver = (day: string | undefined): boolean => date !== undefined && day !== undefined && day <= date
  return Object.entries(known.models ?? {})
    .map(([id, { deprecated_on, removed_on }]) => `${id}\0${isOver(deprecated_on)}\0${isOver(removed_on)}`)
    .sort().join('\n')
}

export interface Elsewhere {
  readonly judgedBefore: Common
  readonly judged: Common
  /** With every account. */
  readonly after: Configuration
  readonly isChanged: (path: string) => boolean
  readonly previous: Previous | undefined
}

/**
 * What unchanged accounts have to say, now and before, after what judges them has moved. Those that a store knows are
 * judged by what it holds of them, and their files are read only where there is something new; of the
 * others, those alone are judged as before that have something to say now.
 */
export async function newElsewhere(
  { judgedBefore, judged, after, isChanged, previous }: Elsewhere,
): Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly before: readonly Diagnostic[]; readonly parsed: number }> {
  const unchanged = after.tree.files.filter(({ path, kind }) => kind === 'account' && !isChanged(path))
  const isOld = saysNothingNew(judgedBefore.bench, judged.bench, previous)
  const work = unchanged.filter((file) => !isOld(file))
  const diagnostics: Diagnostic[] = []
  const speaking = new Set<string>()
  for await (const outcome of checkAccounts(work.map((file) => ({ file })), after, judged.bench, judged.contents)) {
    if ('unchanged' in outcome || outcome.diagnostics.length === 0) continue
    speaking.add(outcome.path)
    for (const diagnostic of outcome.diagnostics) diagnostics.push(diagnostic)
  }
  const before: Diagnostic[] = []
  const again = work.filter(({ path }) => speaking.has(path)).map((file) => ({ file }))
  for await (const outcome of checkAccounts(again, after, judgedBefore.bench, judgedBefore.contents)) {
    if (!('unchanged' in outcome)) for (const diagnostic of outcome.diagnostics) before.push(diagnostic)
  }
  return { diagnostics, before, parsed: work.length }
}

/** Whether the store knows a file's content, and the rules find nothing in it that they did not find before. */
function saysNothingNew(before: Bench, now: Bench, previous: Previous | undefined): (file: TreeFile) => boolean {
  if (previous === undefined) return () => false
  const accounts = new Map([...previous.byFile().values()].map((account) => [account.blob, account]))
  const judge = (id: string, line: string, path: string): boolean => {
    const model = previous.model(id, line, path)
    const found = lintAccount(model, now.known, now.when, now.rules).map(named)
    const was = new Map(lintAccount(model, before.known, before.when, before.rules).map((finding) => [named(finding), finding]))
    // What silenced another one at its place and is gone may let that one speak.
    const gone = [...was].filter(([name]) => !found.includes(name))
    return found.every((name) => was.has(name)) && !gone.some(([, finding]) => silences(finding))
  }
  const isOld = perContent((id, line) => judge(id, line, ''))
  return ({ path, blob }) => {
    const known = blob === undefined ? undefined : accounts.get(blob)
    if (known === undefined) return false
    // A repository's own rules may look at an account's name and place.
    return now.rules === undefined ? isOld(known.id, known.line) : judge(known.id, known.line, path)
  }
}

function named({ rule, severity, at, message }: Finding): string {
  return canonical([rule, severity, { ...at }, message])
}
