import { formats } from '../../../report/format-names.ts'
import { defineCommand } from '../command-spec.ts'

export const checkCommand = defineCommand({
  name: 'check',
  description: 'parse, validate, link and lint the configuration',
  formats,
  // It takes no arguments, and has its own message for callers that pass the files of a commit.
  arguments: [['[files...]', '']],
  usage: '[options]',
  options: {
    at: { value: '<rev>', description: 'judge a revision instead of the working tree' },
    staged: { description: 'judge what is about to be committed instead of the working tree' },
    since: {
      value: '<rev>',
      description: 'report what changed files say, and what is new elsewhere since the revision',
    },
    policy: {
      value: '<rev|dir>',
      description: 'take plans, models, tenfold.yaml and trust from a trusted revision or checkout',
    },
    fix: { description: 'apply the fixes that keep the meaning' },
    maxWarnings: { value: '<n>', description: 'fail when there are more warnings than this' },
  },
})
