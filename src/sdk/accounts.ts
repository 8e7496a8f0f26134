import type { Account, PlanName } from '../bundle/model.ts'
import type { Ref } from '../bundle/object.ts'
import type { About, ModelConfig } from './answer.ts'
import type { AuthorProfile, EffectivePrompt, Records, Strategy } from './content.ts'

/**
 * The accounts of one release, wherever they are: all of them in memory, or read when they are asked for. Nothing else
 * in the library knows which.
 */
export interface Accounts {
  /** How many the release has, in memory or not. */
  readonly count: number
  /** What answers are made from; one for each reader, whose keys the answers hold. */
  lookUp(): LookUp
  /**
   * Sees to it that `LookUp.of` answers for an account, and says whether it is in the release.
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

/** Account ids to profiles. */
export interface LookUp {
  /** What all accounts get that are not in the release. */
  readonly unknown: Profile
  /**
   * The profile of an account, `unknown` where it is not in the release. Hot, it allocates nothing.
   *
   * @throws {TenfoldError} `account_not_loaded` where it has to be needed first.
   */
  of(id: string): Profile
  /** What a profile of this look-up says; undefined for unknown accounts. @throws {Malformed} */
  account(profile: Profile): Account | undefined
}

/** What all accounts that say the same have in common. */
export interface Profile extends About {
  /** Without a live plan, or under the committed one. */
  readonly answers: Answers
  /** Under the other live plans. */
  live?: Map<PlanName, Answers>
}

/** Answers given so far under one live plan. */
export interface Answers {
  /** By the function's number. */
  readonly models: (ModelConfig | undefined)[]
  prompts?: Map<string, EffectivePrompt>
  authorProfiles?: Records<AuthorProfile>
  strategies?: Records<Strategy>
}
