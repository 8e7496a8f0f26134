import type { FlagsOf } from '../command-spec.ts'

/** The options of a command that edits accounts, in place or by a pull request. */
export const PROPOSAL = {
  pr: { description: 'leave the files alone and open a pull request with the change, or update the one that has it' },
  remote: { value: '<name>', description: 'the remote to propose to (default: origin)' },
  base: { value: '<branch>', description: 'the branch to change (default: the repository’s default branch)' },
  forge: { value: '<forge>', description: 'whose server the remote is: github, gitlab (default: by its name)' },
} as const

/** The flags given to a command that edits accounts. */
export type EditFlags = FlagsOf<{ readonly options: typeof PROPOSAL }>

export const EDIT_FORMATS = ['pretty', 'json'] as const
