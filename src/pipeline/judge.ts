import type { StoredObject } from '../bundle/object.ts'
import type { Diagnostic } from '../compile/diagnostic.ts'
import type { Entry } from '../compile/emit.ts'
import { stemOf } from '../compile/layout.ts'
import type { TreeFile } from '../compile/read.ts'
import { lintAccount } from '../lint/lint.ts'
import { reached } from '../lint/reach.ts'
import { rules as ourRules } from '../lint/rules.ts'
import type { Bench } from './account.ts'
import { type Outcome, type Work, checkAccounts } from './accounts.ts'
import { type Common, knownIn } from './common.ts'
import { perContent } from './per-content.ts'
import type { Previous } from './previous.ts'
import type { Scope } from './scope.ts'

export interface Judged {
  readonly diagnostics: readonly Diagnostic[]
  readonly texts: readonly StoredObject[]
  /** By account id; null for an account that is gone. */
  readonly changes: ReadonlyMap<string, Entry | null>
  readonly parsed: number
  /** The account files whose content is another one than git has under the id that they were listed with. */
  readonly differing: readonly string[]
  /** Whether every account's file is what git has under its name. */
  readonly isAsInGit: boolean
}

/** Every account whose file's content is new, and, where the globals moved, every other one from the store. */
export async function judgeAccounts(
  scope: Scope,
  { bench, contents, reused }: Common,
  previous: Previous | undefined,
  progress: (done: number, total: number) => void = () => {},
): Promise<Judged> {
  const { configuration, accounts, gone, known } = scope
  const diagnostics: Diagnostic[] = []
  const texts: StoredObject[] = []
  const changes = new Map<string, Entry | null>([...gone].map((id) => [id, null]))
  const looked = new Set<string>()
  const differing: string[] = []
  let isAsInGit = true

  const work = new Map<string, Work>()
  for (const file of accounts) {
    const before = known(file.path)?.blob
    if (before === undefined || before !== file.blob) {
      work.set(file.path, { file, ...(before !== undefined && { before }) })
    }
  }
  const take = (outcome: Outcome): void => {
    const one = work.get(outcome.path)
    if (outcome.differs === true) differing.push(outcome.path)
    const content = 'unchanged' in outcome ? one?.before : outcome.stored?.blob
    if (one?.file.blob !== content) isAsInGit = false
    if ('unchanged' in outcome) return
    looked.add(stemOf(outcome.path))
    for (const diagnostic of outcome.diagnostics) diagnostics.push(diagnostic)
    if (outcome.stored === undefined) return
    for (const text of outcome.stored.texts) texts.push(text)
    changes.set(outcome.stored.id, outcome.stored.entry)
  }
  let done = accounts.length - work.size
  for await (const outcome of checkAccounts([...work.values()], configuration, bench, contents)) {
    take(outcome)
    progress(++done, accounts.length)
  }
  if (reused || previous === undefined)
    return { diagnostics, texts, changes, parsed: looked.size, differing, isAsInGit }

  const again = mistaken(previous, scope, bench, (id) => looked.has(id) || gone.has(id)).map((file) => ({ file }))
  for (const one of again) work.set(one.file.path, one)
  for await (const outcome of checkAccounts(again, configuration, bench, contents)) take(outcome)
  return { diagnostics, texts, changes, parsed: looked.size, differing, isAsInGit }
}

/**
 * The accounts of the store that have an error now: they alone are read again, for the places to show it at. Warnings
 * of unchanged accounts are for `check` to tell. None of them had an error under the store's globals, so those rules
 * alone are asked that look at what has moved since; where there is none, the accounts need not even be read.
 */
function mistaken(previous: Previous, { accounts }: Scope, bench: Bench, isDone: (id: string) => boolean): TreeFile[] {
  const { known, when, rules } = bench
  const grave = (rules ?? ourRules).filter(({ onlyWarns = false }) => {
    return onlyWarns === false || (onlyWarns === 'but-of-changes' && when.touched !== undefined)
  })
  const asked = reached(grave, { known: knownIn(previous), when: { date: undefined } }, bench)
  if (asked.length === 0) return []
  const judge = (id: string, line: string, path: string): boolean => {
    return lintAccount(previous.model(id, line, path), known, when, asked).some(({ severity }) => severity === 'error')
  }
  const isWrong = perContent((id, line) => judge(id, line, ''))
  const found: TreeFile[] = []
  for (const { id, line, origin } of previous.all()) {
    if (isDone(id)) continue
    // A repository's own rules may look at an account's name and place.
    if (rules === undefined ? isWrong(id, line) : judge(id, line, origin().file)) {
      found.push({ path: origin().file, kind: 'account', blob: origin().blob })
    }
  }
  if (found.length === 0) return found
  const listed = new Map(accounts.map((file) => [file.path, file]))
  return found.map((file) => listed.get(file.path) ?? file)
}
