import { defineCommand } from '../command-spec.ts'
import { TARGETS } from '../ship/targets-help.ts'

export const verifyCommand = defineCommand({
  name: 'verify',
  description: 'read every object of a store and check that it is whole',
  formats: ['pretty', 'json'],
  arguments: [['<store>', TARGETS]],
  options: {
    trust: { value: '<file>', description: 'the root of trust; the configuration’s own if left out' },
  },
})
