import { canonical } from '../bundle/canonical.ts'
import type { Diagnostic } from '../compile/diagnostic.ts'
import type { Known } from '../compile/link.ts'
import type { TreeFile } from '../compile/read.ts'
import { lintAccount } from '../lint/lint.ts'
import type { Bench } from './account.ts'
import { checkAccounts } from './accounts.ts'
import type { Common } from './common.ts'
import type { Configuration } from './configuration.ts'
import { perContent } from './per-content.ts'
import type { Previous } from './previous.ts'

/** Whether an unchanged account is judged on both sides by the same: by the same globals, and by dates that mean the same. */
export function judgesAlike({ bench: a }: Common, { bench: b }: Common): boolean {
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
 * judged by what it holds of them, and their files are read only where the two sides do not say the same; of the
 * others, those alone are judged as before that have something to say now.
 */
export async function newElsewhere(
  { judgedBefore, judged, after, isChanged, previous }: Elsewhere,
): Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly before: readonly Diagnostic[]; readonly parsed: number }> {
  const unchanged = after.tree.files.filter(({ path, kind }) => kind === 'account' && !isChanged(path))
  const says = isSaidAlike(judgedBefore.bench, judged.bench, previous)
  const work = unchanged.filter((file) => !says(file))
  const diagnostics: Diagnostic[] = []
  const speaking = new Set<string>()
  const bench = { ...judged.bench, when: { date: judged.bench.when.date } }
  for await (const outcome of checkAccounts(work.map((file) => ({ file })), after, bench, judged.contents)) {
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

/** Whether the store knows a file's content, and the rules find the same in it on both sides. */
function isSaidAlike(a: Bench, b: Bench, previous: Previous | undefined): (file: TreeFile) => boolean {
  if (previous === undefined) return () => false
  const accounts = new Map([...previous.byFile().values()].map((account) => [account.blob, account]))
  const alike = perContent((id, line) => {
    const found = ({ known, when: { date } }: Bench): string => findings(previous, id, line, known, date)
    return found(a) === found(b)
  })
  return ({ blob }) => {
    const known = blob === undefined ? undefined : accounts.get(blob)
    return known !== undefined && alike(known.id, known.line)
  }
}

function findings(previous: Previous, id: string, line: string, known: Known, date: string | undefined): string {
  const found = lintAccount(previous.model(id, line, ''), known, { date })
  return canonical(found.map(({ rule, severity, at, message }) => [rule, severity, { ...at }, message]))
}
