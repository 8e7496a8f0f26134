import { defineCommand } from '../command-spec.ts'

export const getCommand = defineCommand({
  name: 'get',
  description: 'what a service would get',
  formats: ['json', 'pretty'],
  arguments: [
    ['<account>', 'the account id'],
    ['[function]', 'the function'],
  ],
  options: {
    prompt: { value: '<type>', description: 'a prompt instead of a function' },
    plan: { value: '<plan>', description: 'the live plan: what it forbids is not applied' },
    at: {
      value: '<when>',
      description: 'answer from the past: a revision, a day (its end, in UTC), or seq:N of a store',
    },
    store: { value: '<url>', description: 'read a store instead of the configuration' },
    trust: {
      value: '<file>',
      description: 'the root of trust for that store; the configuration’s own if left out',
    },
  },
})
