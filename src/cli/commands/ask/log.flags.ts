import { FOR_READER, defineCommand } from '../command-spec.ts'

export const logCommand = defineCommand({
  name: 'log',
  description: 'every commit that changed what an account gets: old, new, author, layer',
  formats: ['pretty', 'json'],
  fallback: FOR_READER,
  arguments: [
    ['<account>', 'the account id'],
    ['[function]', 'one function; everything that the account gets if left out'],
  ],
  options: {
    prompt: { value: '<type>', description: 'a prompt instead of a function' },
    field: { value: '<field>', description: 'one field: functions.generate_content.model, or model' },
    since: { value: '<date>', description: 'from a day on (2026-01-31, in UTC), or a time' },
  },
})
