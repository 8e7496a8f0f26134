import { defineCommand } from '../command-spec.ts'
import { EDIT_FORMATS, PROPOSAL } from './proposal-flags.ts'

export const accountRemove = defineCommand({
  name: 'remove',
  description: "take an account's file away; what asks for it gets the globals",
  formats: EDIT_FORMATS,
  arguments: [['<account>', 'the account id']],
  options: PROPOSAL,
})

export const accountRename = defineCommand({
  name: 'rename',
  description: 'give an account another id, and its file the name of it',
  formats: EDIT_FORMATS,
  arguments: [
    ['<account>', 'the account id'],
    ['<new>', 'the id that it gets'],
  ],
  options: PROPOSAL,
})
