import { KEYS_FOLDER } from '../../version.ts'

/** What a target may be. */
export const TARGETS = 'file:DIR, git:REMOTE#BRANCH, or a name of tenfold.yaml'

/** Where the keys are of a command that signs. */
export const KEYS = {
  value: '<dir>',
  description: 'where private keys lie that are not in the environment',
  default: KEYS_FOLDER,
} as const
