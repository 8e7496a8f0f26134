import { FOR_READER, defineCommand } from '../command-spec.ts'

export const diffCommand = defineCommand({
  name: 'diff',
  description: 'the resolved difference between two revisions: which accounts get what other answers',
  formats: ['pretty', 'json'],
  fallback: FOR_READER,
  arguments: [
    ['<base>', 'the revision to compare with'],
    ['[head]', 'the revision to compare (default: the working tree)'],
  ],
  options: {},
})
