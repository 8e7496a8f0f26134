import { defineCommand } from '../command-spec.ts'
import { KEYS, TARGETS } from '../ship/targets-help.ts'

export const rollbackCommand = defineCommand({
  name: 'rollback',
  description: 'publish what a former release held, as a new one',
  formats: ['pretty', 'json'],
  arguments: [['<seq>', 'the former release’s seq']],
  options: {
    to: { value: '<target>', description: `where: ${TARGETS}`, isRequired: true },
    keys: KEYS,
  },
})
