import { defineCommand } from '../command-spec.ts'
import { KEYS, TARGETS } from '../ship/targets-help.ts'

export const publishCommand = defineCommand({
  name: 'publish',
  description: 'publish a store that was compiled before',
  formats: ['pretty', 'json'],
  arguments: [],
  options: {
    to: { value: '<target>', description: `where to publish: ${TARGETS}`, isRequired: true },
    from: { value: '<store>', description: 'the store to publish', default: 'file:.tenfold/store' },
    keys: KEYS,
  },
})
