import { defineCommand } from '../command-spec.ts'

export const tokenCommand = defineCommand({
  name: 'token',
  description: 'sign a token with which a browser asks `serve` for one account',
  formats: ['pretty', 'json'],
  arguments: [['<account>', 'the account that it is for']],
  options: {
    tokenKeys: {
      value: '<file>',
      description: 'the keys that `serve` knows, NAME KEY per line; the first one signs',
      isRequired: true,
    },
    key: { value: '<name>', description: 'another key of the file' },
    env: { value: '<name>', description: 'the environment that is served (default: that of tenfold.yaml)' },
    plan: {
      value: '<plan>',
      description: 'the plan in force now: what it forbids does not count, and no other can be asked for',
    },
    ttl: { value: '<time>', description: 'how long it is good, 24h at most', default: '1h' },
  },
})
