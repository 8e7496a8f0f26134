import { defineCommand } from '../command-spec.ts'
import { EDIT_FORMATS, PROPOSAL } from './proposal-flags.ts'

export const setCommand = defineCommand({
  name: 'set',
  description: 'write one field of accounts: openai.model, image.max_in_article, name, ...',
  formats: EDIT_FORMATS,
  arguments: [['<account...>', 'the account ids, then the field, and last the value']],
  usage: '[options] <account...> <field> <value>',
  options: PROPOSAL,
})
