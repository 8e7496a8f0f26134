import { readAccount } from '../bundle/leaf.ts'
import type { Account, PlanName } from '../bundle/model.ts'
import type { Ref } from '../bundle/object.ts'
import type { Diagnostic } from '../compile/diagnostic.ts'
import { stemOf } from '../compile/layout.ts'
import { planLine } from '../compile/plan-line.ts'
import type { TreeFile } from '../compile/read.ts'
import { lintAccount } from '../lint/lint.ts'
import { type ByPlan, noneByPlan } from '../review/diff.ts'
import type { Pair } from '../review/model.ts'
import type { CheckedAccount } from './account.ts'
import { checkAccounts } from './accounts.ts'
import { accountIn, accountsOf } from './accounts-of.ts'
import type { Common } from './common.ts'
import type { Configuration } from './configuration.ts'
import { type PreviousAccount, modelFrom } from './previous.ts'

export interface Sides {
  readonly before: OneSide | undefined
  readonly after: OneSide
}

export interface OneSide {
  readonly configuration: Configuration
  readonly common: Common
  /** The id of each file's content, by path. */
  readonly blobs: ReadonlyMap<string, string>
}

export interface Cache {
  find(blob: string): PreviousAccount | undefined
  text(ref: Ref): string
}

export interface PairOptions {
  /** The globals moved, so that every account may be affected. */
  readonly everybody: boolean
  readonly cache: Cache | undefined
  /** The cache was judged under HEAD's very globals: what it knows has no error. */
  readonly vouched: boolean
  readonly progress?: (done: number, total: number) => void
}

export interface Pairs {
  /** To be read once. */
  readonly pairs: Iterable<Pair>
  readonly totals: ByPlan
  /** HEAD's. */
  readonly diagnostics: readonly Diagnostic[]
  /** Those of BASE's files that are no longer what they were. */
  readonly before: readonly Diagnostic[]
  readonly parsed: number
}

/**
 * Up to so many unchanged files that no store knows are judged with the rest, so that an old mistake is told too.
 * Beyond that it would be the corpus that sets the cost, and not the change.
 */
const FEW = 400

/** The accounts that may differ, as both sides have them. An unchanged file is read at most once, for both. */
export async function readPairs({ before, after }: Sides, options: PairOptions): Promise<Pairs> {
  const { everybody, cache, vouched } = options
  const [then, now] = [filesOf(before), filesOf(after)]
  const isSame = (id: string): boolean => then.get(id)?.blob === now.get(id)?.blob
  const { bench } = after.common
  const unknown = [...now].filter(([id, { blob }]) => isSame(id) && cache?.find(blob) === undefined)
  const judgeAll = everybody || unknown.length <= FEW

  const toParse: Located[] = []
  const toScan: Located[] = []
  const totals = noneByPlan()
  for (const [id, one] of now) {
    const known = cache?.find(one.blob)
    const changed = !isSame(id)
    if (known === undefined) (changed || judgeAll ? toParse : toScan).push(one)
    else if (changed && bench.when.touched !== undefined) toParse.push(one)
    else if ((changed || everybody) && !vouched && speaks(one, known, options, after)) toParse.push(one)
    else totals[readAccount(known.line).plan]++
  }
  const head = await parseAll(toParse, after, options.progress)
  for (const account of head.accounts.values()) totals[account.plan]++
  const unsaid = await scan(toScan, after, totals)

  const gone = [...then].filter(([id, { blob }]) => !isSame(id) && cache?.find(blob) === undefined).map(([, one]) => one)
  const base = before === undefined ? NOTHING : await parseAll(gone, before)
  const fromCache = (one: Located | undefined): Account | undefined => {
    const known = one && cache?.find(one.blob)
    return known && cache && accountIn(known, (ref) => cache.text(ref))
  }
  const pairOf = (id: string): Pair | undefined => {
    const file = now.get(id)
    const account = file && (head.accounts.get(id) ?? (head.looked.has(id) ? undefined : fromCache(file)))
    // A file that cannot be understood says nothing of what its account gets: that is an error, and no difference.
    if (file !== undefined && account === undefined) return undefined
    const was = file !== undefined && isSame(id) ? account : base.accounts.get(id) ?? fromCache(then.get(id))
    return { id, before: was, after: account }
  }
  return {
    pairs: pairsOf(everybody ? [...now.keys(), ...[...then.keys()].filter((id) => !now.has(id))] : changedIds(then, now, isSame), pairOf),
    totals,
    diagnostics: [...head.diagnostics, ...unsaid.diagnostics],
    before: base.diagnostics,
    parsed: toParse.length + gone.length + unsaid.parsed,
  }
}

interface Located {
  readonly id: string
  readonly file: TreeFile
  readonly blob: string
}

/** A side's account files by the id that their names give; of two that claim one id, the first. */
function filesOf(side: OneSide | undefined): Map<string, Located> {
  const found = new Map<string, Located>()
  for (const file of side?.configuration.tree.files ?? []) {
    const id = stemOf(file.path)
    if (file.kind === 'account' && !found.has(id)) found.set(id, { id, file, blob: side?.blobs.get(file.path) ?? '' })
  }
  return found
}

function changedIds(then: ReadonlyMap<string, Located>, now: ReadonlyMap<string, Located>, isSame: (id: string) => boolean): string[] {
  return [...new Set([...then.keys(), ...now.keys()])].filter((id) => !isSame(id))
}

function* pairsOf(ids: readonly string[], pairOf: (id: string) => Pair | undefined): Generator<Pair> {
  for (const id of ids) {
    const pair = pairOf(id)
    if (pair !== undefined) yield pair
  }
}

/** Whether the rules have something to say about an account as the store holds it: then its file is read, for the places. */
function speaks({ file }: Located, known: PreviousAccount, { cache }: PairOptions, { common }: OneSide): boolean {
  const model = modelFrom(file.path, known, (ref) => cache?.text(ref) ?? '')
  return lintAccount(model, common.bench.known, common.bench.when).length > 0
}

interface Parsed {
  readonly accounts: ReadonlyMap<string, Account>
  /** All that were asked for, those too that cannot be understood. */
  readonly looked: ReadonlySet<string>
  readonly diagnostics: readonly Diagnostic[]
}

const NOTHING: Parsed = { accounts: new Map(), looked: new Set(), diagnostics: [] }

async function parseAll(located: readonly Located[], { configuration, common }: OneSide, progress?: PairOptions['progress']): Promise<Parsed> {
  const accounts = new Map<string, Account>()
  const looked = new Set<string>()
  const diagnostics: Diagnostic[] = []
  const work = located.map(({ file }) => ({ file }))
  for await (const outcome of checkAccounts(work, configuration, common.bench, common.contents)) {
    if ('unchanged' in outcome) continue
    const id = stemOf(outcome.path)
    const account = understood(outcome)
    if (account !== undefined) accounts.set(id, account)
    looked.add(id)
    for (const diagnostic of outcome.diagnostics) diagnostics.push(diagnostic)
    progress?.(looked.size, located.length)
  }
  return { accounts, looked, diagnostics }
}

function understood(outcome: CheckedAccount): Account | undefined {
  for (const [, account] of accountsOf([outcome])) return account
  return outcome.refused
}

/** Counts accounts whose answers did not change by the plan that their files say, parsing none that says it plainly. */
async function scan(
  located: readonly Located[],
  side: OneSide,
  totals: Record<PlanName, number>,
): Promise<{ diagnostics: readonly Diagnostic[]; parsed: number }> {
  const unsaid: Located[] = []
  const byPath = new Map(located.map((one) => [one.file.path, one]))
  for await (const [{ path }, content] of side.configuration.contents(located.map(({ file }) => file))) {
    const one = byPath.get(path)
    const plan = content === 'too-large' ? undefined : planLine(Buffer.from(content).toString('utf8'))
    if (plan !== undefined) totals[plan]++
    else if (one !== undefined) unsaid.push(one)
  }
  const { accounts, diagnostics } = await parseAll(unsaid, side)
  for (const account of accounts.values()) totals[account.plan]++
  return { diagnostics, parsed: unsaid.length }
}
