import { defineCommand } from '../command-spec.ts'
import { EDIT_FORMATS, PROPOSAL } from './proposal-flags.ts'

export const planCommand = defineCommand({
  name: 'plan',
  description: 'move accounts to a plan; an account without a file gets one',
  formats: EDIT_FORMATS,
  arguments: [['<account...>', 'the account ids, and last the plan']],
  usage: '[options] <account...> <plan>',
  options: { ...PROPOSAL, dropOverrides: { description: 'take away what a Free account may not have' } },
})
