import { defineCommand } from '../command-spec.ts'
import { TARGETS } from '../ship/targets-help.ts'

export const sweepCommand = defineCommand({
  name: 'sweep',
  description: 'delete what no kept release reaches',
  formats: ['pretty', 'json'],
  arguments: [],
  options: {
    to: { value: '<target>', description: `what to sweep: ${TARGETS}`, isRequired: true },
    olderThan: { value: '<age>', description: 'keep what was in use within this time, such as 30d', isRequired: true },
    trust: { value: '<file>', description: 'the root of trust, instead of the one in the configuration' },
    dryRun: { description: 'only count what would be deleted' },
  },
})
