import { FOR_READER, defineCommand } from '../command-spec.ts'

export const explainCommand = defineCommand({
  name: 'explain',
  description: 'every layer of every field: value, file:line, commit, author, which won',
  formats: ['pretty', 'json'],
  fallback: FOR_READER,
  arguments: [
    ['<account>', 'the account id'],
    ['[function]', 'the function; all of them if left out'],
  ],
  options: {},
})
