import type { Account, PlanName } from '../domain/model.ts'

/** One account as its file says it, ready for the rules; it may also come from a store, without its file parsed. */
export interface AccountModel {
  /** Relative to the configuration's folder. */
  readonly file: string
  /** The id that the file's name gives. */
  readonly stem: string
  /** The id that the file says. */
  readonly id: string
  readonly plan: string
  /** Which of `overrides`, `prompts`, `author_profiles` and `strategies` are written at all, empty or null ones too. */
  readonly sections: readonly string[]
  /** What it overrides; nulls and empty sections left out. */
  readonly body: Omit<Account, 'plan'>
}

/** The account as a release holds it. The plan has been checked by then. */
export function toAccount(model: AccountModel, plan: PlanName): Account {
  return { plan, ...model.body }
}
