import type { Account, PlanName } from '../domain/settings-types.ts'
import type { Diagnostic } from '../source/diagnostic-types.ts'
import { stemOf } from '../source/file-layout.ts'
import { planLine } from '../source/read-plan-line.ts'
import type { TreeFile } from '../source/list-folder.ts'
import type { CheckedAccount } from './check-account.ts'
import { checkAccounts } from './check-accounts.ts'
import { accountsOf } from './previous/stored-accounts.ts'
import type { CheckedGlobals } from './check-globals.ts'
import type { Configuration } from '../source/open-configuration.ts'

export interface OneSide {
  readonly configuration: Configuration
  readonly common: CheckedGlobals
  /** The id of each file's content, by path. */
  readonly blobs: ReadonlyMap<string, string>
}

export interface LocatedAccount {
  readonly id: string
  readonly file: TreeFile
  readonly blob: string
}

export interface Parsed {
  readonly accounts: ReadonlyMap<string, Account>
  /** All that were asked for, including those that cannot be understood. */
  readonly looked: ReadonlySet<string>
  readonly diagnostics: readonly Diagnostic[]
}

export const NOTHING: Parsed = { accounts: new Map(), looked: new Set(), diagnostics: [] }

/** Reads and checks some account files of one side, in workers where they are many. */
export async function parseAll(
  located: readonly LocatedAccount[],
  { configuration, common }: OneSide,
  progress?: (done: number, total: number) => void,
): Promise<Parsed> {
  const accounts = new Map<string, Account>()
  const looked = new Set<string>()
  const diagnostics: Diagnostic[] = []
  const work = located.map(({ file }) => file)
  for await (const outcome of checkAccounts(work, configuration, common.context, common.contents)) {
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

/** Counts accounts whose answers did not change by the plan in their files, parsing none that has it in plain form. */
export async function scan(
  located: readonly LocatedAccount[],
  side: OneSide,
  totals: Record<PlanName, number>,
): Promise<{ diagnostics: readonly Diagnostic[]; parsed: number }> {
  const unsaid: LocatedAccount[] = []
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
