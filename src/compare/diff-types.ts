import type { Account, Globals, PlanName } from '../domain/settings-types.ts'

/** The effect of a change on the answers that accounts get: the JSON of `diff`, every list in it sorted. */
export interface Diff {
  /** Full ids; null for a working tree that is no commit. */
  readonly base: string | null
  readonly head: string | null
  readonly globals: readonly GlobalChange[]
  readonly accounts: readonly AccountChange[]
  /** The answers of an account without a file. */
  readonly unknown_accounts: readonly Change[]
  /** Maps a moved global field to the accounts whose own value keeps it from them. */
  readonly shielded: Readonly<Record<string, readonly string[]>>
  readonly summary: Summary
}

/** One field of the flat form; null where it is absent. */
export interface Change {
  readonly field: string
  readonly old: unknown
  readonly new: unknown
}

/** A global field at its place in HEAD; in BASE where HEAD no longer has it. */
export interface GlobalChange extends Change {
  readonly file: string
  readonly line: number
}

export interface AccountChange {
  readonly account: string
  /** The one that it has, or had before it was deleted. */
  readonly plan: PlanName
  readonly changes: readonly Change[]
}

interface Summary {
  readonly accounts_changed: number
  /** At HEAD. */
  readonly accounts_total: number
  readonly by_plan: Readonly<Record<PlanName, { readonly changed: number; readonly total: number }>>
}

/** Effects that a reviewer wants to know and the answers alone do not show. */
export interface Effects {
  /** Accounts with at least one shielded field. */
  readonly shielded_by_plan: Readonly<Record<PlanName, number>>
  /** Maps a moved prompt type to the accounts whose customisation is of an older text. */
  readonly left_behind: Readonly<Record<string, readonly string[]>>
  readonly cost: Cost
  /** The parameters that count something, such as tokens: a greater value allows more. */
  readonly counted: readonly string[]
}

/** US dollars for one call of every function of every changed account, before and after. */
export interface Cost {
  readonly before: number
  readonly after: number
  /** Calls whose price is known on both sides. */
  readonly priced: number
  /** Calls that are in neither sum, because the catalogue has no price for their model. */
  readonly unpriced: number
}

/** One side's globals; undefined where they cannot be answered from. */
export interface Side {
  readonly commit: string | null
  readonly globals: Globals | undefined
  /** The fields of the global files that differ between the two sides, by name. */
  readonly fields: ReadonlyMap<string, GlobalField>
}

export interface GlobalField {
  readonly value: unknown
  readonly file: string
  readonly line: number
}

/** One account on both sides; undefined where it has no file, or one that cannot be understood. */
export interface Pair {
  readonly id: string
  readonly before: Account | undefined
  readonly after: Account | undefined
}
