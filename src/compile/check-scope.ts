import { filesById } from '../check/account-spelling.ts'
import { finished } from '../check/finish-diagnostics.ts'
import { reportConverted } from '../check/checkout/converted-files.ts'
import { inspect } from '../check/checkout/inspect-checkout.ts'
import type { CheckOptions } from '../check/check-configuration.ts'
import type { CustomRules } from '../check/load-custom-rules.ts'
import type { Origin } from '../source/open-configuration.ts'
import type { StoredObject } from '../store/format/object-ref.ts'
import type { Diagnostic } from '../source/diagnostic-types.ts'
import type { StoredEntry } from '../store/format/account-leaf.ts'
import { stemOf } from '../source/file-layout.ts'
import type { TreeFile } from '../source/list-folder.ts'
import { lintAccount } from '../lint/run-rules.ts'
import { reached } from '../lint/rules-to-ask-again.ts'
import { rules as ourRules } from '../lint/generated/registry.ts'
import type { CheckContext } from '../check/check-context.ts'
import { checkAccounts } from '../check/check-accounts.ts'
import type { Outcome, Work } from '../check/check-account.ts'
import { type CheckedGlobals, checkGlobals, knownIn } from '../check/check-globals.ts'
import { writesGone } from '../check/previous/nulls-of-gone-fields.ts'
import { oncePerContent } from '../check/previous/once-per-content.ts'
import type { Previous } from '../check/previous/previous-release.ts'
import { type Scope, scopeOf } from '../check/previous/changed-scope.ts'

/**
 * Reads the part of a configuration that has to be compiled: what has changed since the last store, where git can tell.
 */
export async function readScope(
  origin: Origin,
  previous: Previous | undefined,
  custom: CustomRules | undefined,
): Promise<Scope> {
  const scope = await scopeOf(origin, previous, custom)
  return { ...scope, configuration: await inspect(scope.configuration) }
}

/** A scope taken through parse, validate, link and lint. Its diagnostics are all of them, sorted. */
export interface CheckedScope extends CheckedChanges {
  readonly globals: CheckedGlobals
}

/** Parses, validates, links and lints: the globals first, then each account against them. */
export async function checkScope(
  scope: Scope,
  previous: Previous | undefined,
  options: CheckOptions,
): Promise<CheckedScope> {
  const globals = await checkGlobals(scope.configuration, { ...options, use: 'write' }, previous)
  const changed = await checkChangedAccounts(scope, globals, previous, options.progress)
  const converted = await reportConverted(scope.configuration, [...globals.differing, ...changed.differing])
  const found = [...globals.diagnostics, ...converted, ...changed.diagnostics]
  const diagnostics = finished(found, scope.configuration.show, originals(scope, previous))
  return { ...changed, globals, diagnostics }
}

/** Returns the files of accounts by their ids, including those that have not changed. */
function originals({ configuration, gone }: Scope, previous: Previous | undefined): (id: string) => string | undefined {
  const here = filesById(configuration.tree)
  return (id) => here(id) ?? (gone.has(id) ? undefined : previous?.find(id)?.file)
}

interface CheckedChanges {
  readonly diagnostics: readonly Diagnostic[]
  readonly texts: readonly StoredObject[]
  /** By account id; null for an account that is gone. */
  readonly changes: ReadonlyMap<string, StoredEntry | null>
  readonly parsed: number
  /** The account files whose content differs from what git has under the id that they were listed with. */
  readonly differing: readonly string[]
  /** Whether every account's file is what git has under its name. */
  readonly isAsInGit: boolean
}

/** Checks every account whose file's content is new, and, where the globals changed, every other one from the store. */
async function checkChangedAccounts(
  scope: Scope,
  { context, contents, reused }: CheckedGlobals,
  previous: Previous | undefined,
  progress: (done: number, total: number) => void = () => {},
): Promise<CheckedChanges> {
  const { configuration, accounts, gone, known } = scope
  const diagnostics: Diagnostic[] = []
  const texts: StoredObject[] = []
  const changes = new Map<string, StoredEntry | null>([...gone].map((id) => [id, null]))
  const checked = new Set<string>()
  const differing: string[] = []
  let isAsInGit = true

  const work = new Map<string, Work>()
  for (const file of accounts) {
    const before = known(file.path)?.blob
    if (before === undefined || before !== file.blob) {
      work.set(file.path, { ...file, ...(before !== undefined && { before }) })
    }
  }
  const take = (outcome: Outcome): void => {
    const one = work.get(outcome.path)
    if (outcome.differs === true) differing.push(outcome.path)
    const content = 'unchanged' in outcome ? one?.before : outcome.stored?.blob
    if (one?.blob !== content) isAsInGit = false
    if ('unchanged' in outcome) return
    checked.add(stemOf(outcome.path))
    for (const diagnostic of outcome.diagnostics) diagnostics.push(diagnostic)
    if (outcome.stored === undefined) return
    for (const text of outcome.stored.texts) texts.push(text)
    changes.set(outcome.stored.id, outcome.stored.entry)
  }
  let done = accounts.length - work.size
  for await (const outcome of checkAccounts([...work.values()], configuration, context, contents)) {
    take(outcome)
    progress(++done, accounts.length)
  }
  if (reused || previous === undefined)
    return { diagnostics, texts, changes, parsed: checked.size, differing, isAsInGit }

  const again = mistaken(previous, scope, context, (id) => checked.has(id) || gone.has(id))
  for (const one of again) work.set(one.path, one)
  for await (const outcome of checkAccounts(again, configuration, context, contents)) take(outcome)
  return { diagnostics, texts, changes, parsed: checked.size, differing, isAsInGit }
}

/**
 * Returns the accounts of the store that have an error now: only they are read again, for the places to show it at.
 * Warnings of unchanged accounts are for `check` to report. None of them had an error under the store's globals, so
 * only those rules are run that read what has changed since; where there is none, the accounts need not even be read.
 */
function mistaken(
  previous: Previous,
  { accounts }: Scope,
  context: CheckContext,
  isDone: (id: string) => boolean,
): TreeFile[] {
  const { known, when, rules } = context
  const grave = (rules ?? ourRules).filter(({ onlyWarns = false }) => {
    return onlyWarns === false || (onlyWarns === 'but-of-changes' && when.touched !== undefined)
  })
  const before = knownIn(previous)
  const asked = reached(grave, { known: before, when: { date: undefined } }, context)
  if (asked.length === 0) return []
  const isGone = writesGone(before.vocabulary, known.vocabulary)
  const check = (id: string, line: string, path: string): boolean => {
    return lintAccount(previous.model(id, line, path), known, when, asked).some(({ severity }) => severity === 'error')
  }
  const isWrong = oncePerContent((id, line) => check(id, line, ''))
  const found: TreeFile[] = []
  for (const { id, line, origin } of previous.all()) {
    if (isDone(id)) continue
    // A custom rule may inspect an account's name and place.
    const isFound = rules === undefined ? isWrong(id, line) : check(id, line, origin().file)
    if (isFound || isGone?.(origin().at) === true) {
      found.push({ path: origin().file, kind: 'account', blob: origin().blob })
    }
  }
  if (found.length === 0) return found
  const listed = new Map(accounts.map((file) => [file.path, file]))
  return found.map((file) => listed.get(file.path) ?? file)
}
