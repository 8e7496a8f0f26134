import { KEYS_FOLDER } from '../../version.ts'

/** The forms of a target. */
export const TARGETS = 'file:DIR, git:REMOTE#BRANCH, s3:BUCKET/PREFIX, oci:HOST/NAME:ENV, or a name of tenfold.yaml'

/** The options for the keys of a command that signs. */
export const KEYS = {
  value: '<dir>',
  description: 'where private keys lie that are not in the environment',
  default: KEYS_FOLDER,
} as const
