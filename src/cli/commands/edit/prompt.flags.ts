import { type ArgumentSpec, defineCommand } from '../command-spec.ts'
import { EDIT_FORMATS, PROPOSAL } from './proposal-flags.ts'

const WHOSE = ['<account...>', 'the account ids, and last the prompt type'] as const satisfies ArgumentSpec
const USAGE = '[options] <account...> <type>'

export const promptCustomize = defineCommand({
  name: 'customize',
  description: 'give accounts a text of their own',
  formats: EDIT_FORMATS,
  arguments: [WHOSE],
  usage: USAGE,
  options: {
    ...PROPOSAL,
    file: {
      value: '<file>',
      description: 'the text ("-": from stdin); left out, a copy of the global text to start from',
    },
  },
})

export const promptReset = defineCommand({
  name: 'reset',
  description: 'take accounts back to the global text',
  formats: EDIT_FORMATS,
  arguments: [WHOSE],
  usage: USAGE,
  options: { ...PROPOSAL, pin: { description: 'stay on the global text of the day the account customised' } },
})

export const promptRebase = defineCommand({
  name: 'rebase',
  description: "merge the global text's change into the accounts' own",
  formats: EDIT_FORMATS,
  arguments: [WHOSE],
  usage: USAGE,
  options: {
    ...PROPOSAL,
    file: { value: '<file>', description: 'take this text as merged ("-": from stdin), after a conflict' },
  },
})
