import { defineCommand } from '../command-spec.ts'
import { KEYS, TARGETS } from './targets-help.ts'

export const releaseCommand = defineCommand({
  name: 'release',
  description: 'check, compile, seal, sign and publish',
  formats: ['pretty', 'json'],
  arguments: [],
  options: {
    env: { value: '<name>', description: 'the environment, instead of the one in tenfold.yaml' },
    at: {
      value: '<rev>',
      description: 'release a revision instead of the working tree: its bytes as they were committed',
    },
    to: {
      value: '<target>',
      description: `where to publish: ${TARGETS}, several times too (default: file:.tenfold/store)`,
      isRepeated: true,
    },
    notify: {
      value: '<url>',
      description: 'tell services of it on a bus, nats://HOST:PORT/SUBJECT, besides those in tenfold.yaml',
      isRepeated: true,
    },
    allowMissing: { description: 'release without the secrets that are not set here' },
    allowShrink: { description: 'release though more accounts go than the guard allows' },
    refresh: { description: 'only sign what the targets hold for longer' },
    keys: KEYS,
  },
})
