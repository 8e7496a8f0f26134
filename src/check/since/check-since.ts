import type { Diagnostic } from '../../source/diagnostic-types.ts'
import { objectAt } from '../../git/history/resolve-revision.ts'
import { inTop } from '../../git/worktree/read-index.ts'
import type { CheckContext } from '../check-context.ts'
import { filesById } from '../account-spelling.ts'
import { finished } from '../finish-diagnostics.ts'
import { checkAccounts } from '../check-accounts.ts'
import { changedBetween, fileChanges } from './file-changes.ts'
import { reportConverted } from '../checkout/converted-files.ts'
import { inspect } from '../checkout/inspect-checkout.ts'
import { type CheckedGlobals, checkGlobals } from '../check-globals.ts'
import type { Configuration, Origin } from '../../source/open-configuration.ts'
import { checksAlike, newKnockOn } from './knock-on-diagnostics.ts'
import type { CustomRules } from '../load-custom-rules.ts'
import { type TrustedStore, type Previous, withPrevious } from '../previous/previous-release.ts'
import { type Unchanged, sidesOf } from './base-and-head.ts'
import { type ChangeSet, touchedBy } from './change-set.ts'

export interface Since {
  readonly diagnostics: readonly Diagnostic[]
  /** How many YAML files there are after the change. */
  readonly files: number
  /** The files that the change touched, as they are shown. */
  readonly changed: ReadonlySet<string>
  /** How many account files were parsed. */
  readonly accounts_parsed: number
}

export interface SinceOptions {
  /** A store that knows how many accounts there are, and some of them. */
  readonly store?: TrustedStore
  readonly fingerprint: string
  /** The custom rules, beside ours. */
  readonly custom?: CustomRules
  readonly note?: (text: string) => void
  readonly progress?: (done: number, total: number) => void
}

/**
 * Returns what is wrong with the files of a change, and what is wrong elsewhere and was not before it. A diagnostic is
 * the same one when rule, severity, file, place and message are; an unchanged file's places have not moved. What keeps
 * a custom rule from being used is reported in any case: its findings are unknown.
 *
 * Where neither globals nor rules have changed, an unchanged account has the diagnostics that it had, so that only the
 * files that the change touched are parsed. Accounts that claim one id are the exception, and the names of the files
 * reveal them.
 */
export async function checkSince(before: Origin, after: Origin, options: SinceOptions): Promise<Since> {
  const { store, fingerprint, custom, note = (): void => {}, progress = (): void => {} } = options
  return withPrevious(store, fingerprint, note, async (previous) => {
    const listed = await sidesOf(before, after, previous, custom)
    const sides = { ...listed, after: await inspect(listed.after) }
    const changed = await changedBetween(sides.before, sides.after)
    const globals = new Set([...changed].filter((path) => !path.startsWith('accounts/')))
    const changes = await fileChanges(sides.before, sides.after, globals)
    const judgedBefore = await checkGlobals(
      sides.before,
      custom === undefined ? {} : { custom: { ...custom, diagnostics: [] } },
    )
    const judged = await checkGlobals(sides.after, { changes, ...(custom !== undefined && { custom }) })

    const work = sides.after.tree.files.filter(({ path, kind }) => kind === 'account' && changed.has(path))
    const context = asksWhatChanged(judged)
      ? withChanges(judged.context, await fileChanges(sides.before, sides.after, changed))
      : judged.context
    const found: Diagnostic[] = [...judged.diagnostics]
    const differing = [...judged.differing]
    let done = 0
    for await (const outcome of checkAccounts(work, sides.after, context, judged.contents)) {
      if (!('unchanged' in outcome)) for (const diagnostic of outcome.diagnostics) found.push(diagnostic)
      if (outcome.differs === true) differing.push(outcome.path)
      progress(++done, work.length)
    }
    for (const one of await reportConverted(sides.after, differing)) found.push(one)
    const unchanged = (): Unchanged => sides.unchanged((path) => changed.has(path))
    const elsewhere = checksAlike(judgedBefore, judged, globals.size > 0)
      ? { diagnostics: [], before: [], parsed: 0 }
      : await newKnockOn({ judgedBefore, judged, after: sides.after, unchanged, previous })

    const shown = new Set([...changed].map(after.show))
    const known = new Set([...judgedBefore.diagnostics, ...elsewhere.before].map(identity))
    const isNews = (one: Diagnostic): boolean => shown.has(one.file) || !known.has(identity(one))
    const diagnostics = [...found, ...elsewhere.diagnostics].filter(isNews)
    const fileOf = await originalsOf(diagnostics, sides.after, previous)
    return {
      diagnostics: finished(diagnostics, after.show, fileOf),
      files: sides.files,
      changed: shown,
      accounts_parsed: work.length + elsewhere.parsed,
    }
  })
}

/** Returns the files of the accounts that other files claim to be, including those that the change leaves alone. */
async function originalsOf(
  diagnostics: readonly Diagnostic[],
  { tree, repository, treeish }: Configuration,
  previous: Previous | undefined,
): Promise<(id: string) => string | undefined> {
  const here = filesById(tree)
  const found = new Map<string, string>()
  for (const { claims } of diagnostics) {
    const file = claims === undefined ? undefined : (here(claims) ?? previous?.find(claims)?.file)
    if (claims === undefined || file === undefined) continue
    // The store's may be gone since.
    const isListed = here(claims) !== undefined
    const isThere =
      isListed ||
      (repository !== undefined &&
        treeish !== undefined &&
        (await objectAt(repository, `${treeish}:${inTop(repository.prefix, file)}`)) !== undefined)
    if (isThere) found.set(claims, file)
  }
  return (id) => found.get(id)
}

/** Whether it may matter that the change wrote a value: it does for a model that is gone, and to custom rules. */
function asksWhatChanged({ context: { known, when, rules } }: CheckedGlobals): boolean {
  const { date } = when
  if (rules !== undefined) return true
  if (date === undefined) return false
  return Object.values(known.models ?? {}).some(({ removed_on }) => removed_on !== undefined && removed_on <= date)
}

function withChanges(context: CheckContext, changes: ChangeSet): CheckContext {
  return { ...context, changes, when: { ...context.when, touched: touchedBy(changes) } }
}

/** Returns what identifies a diagnostic as the same one. */
export function identity({ rule, severity, file, line, column, message, related }: Diagnostic): string {
  // A rule that fails is shown in its own file; the file that it failed on is another one each time.
  const subject = rule === 'rules/run' ? related.map((other) => other.file) : []
  return [rule, severity, file, line, column, message, ...subject].join('\0')
}
