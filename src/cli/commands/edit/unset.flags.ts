import { defineCommand } from '../command-spec.ts'
import { EDIT_FORMATS, PROPOSAL } from './proposal-flags.ts'

export const unsetCommand = defineCommand({
  name: 'unset',
  description: 'take one field away from accounts, which then inherit it',
  formats: EDIT_FORMATS,
  arguments: [['<account...>', 'the account ids, and last the field']],
  usage: '[options] <account...> <field>',
  options: PROPOSAL,
})
