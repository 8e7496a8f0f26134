import { readAccount } from '../store/format/account-leaf.ts'
import type { Account } from '../domain/settings-types.ts'
import type { Diagnostic } from '../source/diagnostic-types.ts'
import { stemOf } from '../source/file-layout.ts'
import { lintAccount } from '../lint/run-rules.ts'
import { type ByPlan, noneByPlan } from './diff-answers.ts'
import type { Pair } from './diff-types.ts'
import { accountIn } from '../check/previous/stored-accounts.ts'
import type { Previous, PreviousAccount } from '../check/previous/previous-release.ts'
import { type LocatedAccount, NOTHING, type OneSide, parseAll, scan } from '../check/read-accounts.ts'

export interface JudgedSides {
  readonly before: OneSide | undefined
  readonly after: OneSide
}

export interface PairCache {
  readonly previous: Previous
  find(blob: string): PreviousAccount | undefined
}

export interface PairOptions {
  /** The globals changed, so that every account may be affected. */
  readonly everybody: boolean
  readonly cache: PairCache | undefined
  /** The cache was checked against HEAD's very globals: what it knows has no error. */
  readonly vouched: boolean
  readonly progress?: (done: number, total: number) => void
}

export interface Pairs {
  /** To be read once. */
  readonly pairs: Iterable<Pair>
  readonly totals: ByPlan
  /** HEAD's. */
  readonly diagnostics: readonly Diagnostic[]
  /** Those of BASE's files that have changed since. */
  readonly before: readonly Diagnostic[]
  readonly parsed: number
}

/**
 * Up to so many unchanged files that no store knows are checked with the rest, so that an old mistake is reported too.
 * Beyond that the corpus would set the cost, and not the change.
 */
const FEW = 400

/** Reads the accounts that may differ, as both sides have them. An unchanged file is read at most once, for both. */
export async function readPairs({ before, after }: JudgedSides, options: PairOptions): Promise<Pairs> {
  const { everybody, cache, vouched } = options
  const [then, now] = [filesOf(before), filesOf(after)]
  const isSame = (id: string): boolean => then.get(id)?.blob === now.get(id)?.blob
  const { context } = after.common
  const unknown = [...now].filter(([id, { blob }]) => isSame(id) && cache?.find(blob) === undefined)
  const checkAll = everybody || unknown.length <= FEW

  const toParse: LocatedAccount[] = []
  const toScan: LocatedAccount[] = []
  const totals = noneByPlan()
  for (const [id, one] of now) {
    const known = cache?.find(one.blob)
    const changed = !isSame(id)
    if (known === undefined) (changed || checkAll ? toParse : toScan).push(one)
    else if (changed && context.when.touched !== undefined) toParse.push(one)
    else if ((changed || everybody) && !vouched && hasFinding(one, known, options, after)) toParse.push(one)
    else totals[readAccount(known.line).plan]++
  }
  const head = await parseAll(toParse, after, options.progress)
  for (const account of head.accounts.values()) totals[account.plan]++
  const unsaid = await scan(toScan, after, totals)

  const gone = [...then.values()].filter(({ id, blob }) => !isSame(id) && cache?.find(blob) === undefined)
  const base = before === undefined ? NOTHING : await parseAll(gone, before)
  const fromCache = (one: LocatedAccount | undefined): Account | undefined => {
    const known = one && cache?.find(one.blob)
    return known && cache && accountIn(known, (ref) => cache.previous.text(ref))
  }
  const pairOf = (id: string): Pair | undefined => {
    const file = now.get(id)
    const account = file && (head.accounts.get(id) ?? (head.looked.has(id) ? undefined : fromCache(file)))
    // A file that cannot be understood does not show its account's answers: that is an error, and no difference.
    if (file !== undefined && account === undefined) return undefined
    const was = file !== undefined && isSame(id) ? account : (base.accounts.get(id) ?? fromCache(then.get(id)))
    return { id, before: was, after: account }
  }
  const all = [...new Set([...then.keys(), ...now.keys()])]
  return {
    pairs: pairsOf(everybody ? all : all.filter((id) => !isSame(id)), pairOf),
    totals,
    diagnostics: [...head.diagnostics, ...unsaid.diagnostics],
    before: base.diagnostics,
    parsed: toParse.length + gone.length + unsaid.parsed,
  }
}

/** Maps ids, by the files' names, to a side's account files; of two that claim one id, the first. */
function filesOf(side: OneSide | undefined): Map<string, LocatedAccount> {
  const found = new Map<string, LocatedAccount>()
  for (const file of side?.configuration.tree.files ?? []) {
    const id = stemOf(file.path)
    if (file.kind === 'account' && !found.has(id)) found.set(id, { id, file, blob: side?.blobs.get(file.path) ?? '' })
  }
  return found
}

function* pairsOf(ids: readonly string[], pairOf: (id: string) => Pair | undefined): Generator<Pair> {
  for (const id of ids) {
    const pair = pairOf(id)
    if (pair !== undefined) yield pair
  }
}

/** Whether the rules have a finding about an account in the store: then its file is read, for the places. */
function hasFinding(
  { file }: LocatedAccount,
  { id, line }: PreviousAccount,
  { cache }: PairOptions,
  { common }: OneSide,
): boolean {
  const model = cache?.previous.model(id, line, file.path)
  return model === undefined || lintAccount(model, common.context.known, common.context.when).length > 0
}
