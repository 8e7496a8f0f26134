import { defineCommand } from './command-spec.ts'

export const completionCommand = defineCommand({
  name: 'completion',
  description: 'the script by which a shell completes what is written: bash, zsh, fish',
  formats: ['pretty'],
  arguments: [['<shell>', 'bash, zsh or fish']],
  options: {},
})
