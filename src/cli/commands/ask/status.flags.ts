import { defineCommand } from '../command-spec.ts'

export const statusCommand = defineCommand({
  name: 'status',
  description: 'what HEAD, the working tree and a store say, and what lies between',
  formats: ['pretty', 'json'],
  arguments: [],
  options: {
    store: { value: '<url>', description: 'the store (default: the embedded one)' },
    trust: {
      value: '<file>',
      description: 'the root of trust for that store; the configuration’s own if left out',
    },
  },
})
