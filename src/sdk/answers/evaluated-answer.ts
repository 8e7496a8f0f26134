import type { Dict } from '../../domain/plain-data.ts'

/** What a server of flags, or a provider of them, may ask of a release. */
export type SettingsQuestion =
  | { readonly is: 'function'; readonly name: string }
  | { readonly is: 'prompt'; readonly type: string }
  | { readonly is: 'author_profiles' }
  | { readonly is: 'strategies' }

/** An answer with where it comes from. */
export interface EvaluatedAnswer {
  /** Frozen, and the same object for the same answer as long as it is hot: what is made of it may be kept beside it. */
  readonly answer: object
  /** Whether anything of the account's counts in it. */
  readonly isOwn: boolean
  /** Of a prompt, whether the account has a text of its own. */
  readonly isCustomized: boolean | undefined
  /** Makes the answer as plain data, spelled as in the files, without a key or the name of one. */
  plain(): Dict<unknown> | string
}
