import type { Account, PlanName } from '../../domain/settings-types.ts'
import type { Ref } from '../../store/format/object-ref.ts'

/**
 * The accounts of one release, wherever they are: all of them in memory, or read when they are asked for. Nothing else
 * in the library knows which.
 */
export interface Accounts {
  /** How many the release has, in memory or not. */
  readonly count: number
  /** Where the numbers come from: those of one source mean the same in every release. */
  readonly lines: object
  /** What the answers that are kept for them may weigh, in bytes. */
  readonly answerBytes: number
  /** Whether their texts stay in memory in any case, so that an answer weighs no more for holding one. */
  readonly holdsTexts: boolean
  /**
   * The number of what an account says: accounts that say the same have the same one. 0 for one that is not in the
   * release. Allocates nothing.
   *
   * @throws {TenfoldError} `account_not_loaded` where it has to be needed first.
   */
  numberOf(id: string): number
  /** The committed plan; null for 0. */
  plan(number: number): PlanName | null
  /** What the accounts of a number say; undefined for 0. @throws {Malformed} */
  account(number: number): Account | undefined
  /**
   * Sees to it that `numberOf` answers for an account, and says whether it is in the release.
   *
   * @throws {TenfoldError} `store_…` when it has to be read and cannot be.
   */
  need(id: string): Promise<boolean>
  /**
   * Sees to it that the accounts that the release before answers for are answered for by this one too. It is awaited
   * before this one takes the other's place.
   *
   * @throws {TenfoldError} when what has to be read cannot be.
   */
  follow(before: Accounts): Promise<void>
  /**
   * Where an account was written down: its leaf's provenance. Of the account that was needed just now; undefined for
   * one that is not in the release.
   */
  provenance(id: string): Promise<Ref | undefined>
  /** The objects below the root that are needed to answer, without the store, for the accounts in memory. */
  needed(): AsyncIterable<Ref>
  /** What else of this release is worth keeping on disk, where it is there. */
  worthKeeping(kept: Kept): AsyncIterable<Ref>
}

/** Reads what is kept on disk; undefined where it is not there, or is damaged. */
export type Kept = (ref: Ref) => Promise<Buffer | undefined>
