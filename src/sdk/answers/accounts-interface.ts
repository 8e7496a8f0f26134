import type { Account, PlanName } from '../../domain/settings-types.ts'
import type { Ref } from '../../store/format/object-ref.ts'

/** The accounts of one release, either all in memory or read on demand. Nothing else in the library knows which. */
export interface Accounts {
  /** How many accounts the release has, in memory or not. */
  readonly count: number
  readonly lines: Lines
  /** The source of the content ids: ids from the same source mean the same in every release. */
  readonly ids: object
  /** The most bytes that the memoized answers for these accounts may take. */
  readonly answerBytes: number
  /** Whether their texts stay in memory in any case, so that an answer weighs no more for holding one. */
  readonly holdsTexts: boolean
  /**
   * Returns the id of an account's content, which accounts with the same content share, or 0 for an account that is not
   * in the release. Allocates nothing.
   *
   * @throws {TenfoldError} `account_not_loaded` where `need` has to be called first.
   */
  numberOf(id: string): number
  /**
   * Makes sure that `numberOf` answers for an account, and returns whether the account is in the release.
   *
   * @throws {TenfoldError} `store_…` when the account has to be read and cannot be.
   */
  need(id: string): Promise<boolean>
  /**
   * Makes sure that this release answers for every account that the previous one, or the stable one beside it, answers
   * for. Awaited before this release answers; left out where everything is in memory anyway.
   *
   * @param isWanted leaves accounts out.
   * @throws {TenfoldError} when something that has to be read cannot be.
   */
  follow?(before: Accounts, isWanted?: (id: string) => boolean): Promise<void>
  /** Counts as a use of an account; left out where everything is in memory anyway. */
  touch?(id: string): void
  /**
   * Returns the provenance of the leaf that holds an account, which must have just been passed to `need`; undefined for
   * an account that is not in the release.
   */
  provenance(id: string): Promise<Ref | undefined>
  /** Yields the objects below the root that are needed to answer for the accounts in memory without the store. */
  needed(): AsyncIterable<Ref>
  /** Yields the other objects of this release that are worth keeping on disk if they are already there. */
  worthKeeping(kept: Kept): AsyncIterable<Ref>
}

/** What accounts hold, by content id. */
export interface Lines {
  /** Returns the committed plan, or null for 0. */
  plan(number: number): PlanName | null
  /** Returns the account with this content, or undefined for 0. @throws {Malformed} */
  account(number: number): Account | undefined
}

/** Reads an object kept on disk; undefined when it is missing or damaged. */
export type Kept = (ref: Ref) => Promise<Buffer | undefined>
