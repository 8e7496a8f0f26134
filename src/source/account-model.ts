import type { Account, PlanName } from '../domain/settings-types.ts'

/** One account as written in its file, ready for the rules; it may also come from a store, without its file parsed. */
export interface AccountModel {
  /** Relative to the configuration's folder. */
  readonly file: string
  /** The id that the file's name gives. */
  readonly stem: string
  /** The id that is written in the file. */
  readonly id: string
  readonly plan: string
  /**
   * Those of `overrides`, `prompts`, `author_profiles` and `strategies` that are written at all, including empty ones
   * and nulls.
   */
  readonly sections: readonly string[]
  /** Its overrides, without nulls and empty sections. */
  readonly body: Omit<Account, 'plan'>
}

/** Returns the account as a release holds it. The plan has been checked by then. */
export function toAccount(model: AccountModel, plan: PlanName): Account {
  return { plan, ...model.body }
}
