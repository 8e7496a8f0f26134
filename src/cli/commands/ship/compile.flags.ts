import { defineCommand } from '../command-spec.ts'

export const compileCommand = defineCommand({
  name: 'compile',
  description: 'check, then emit the store',
  formats: ['pretty', 'json'],
  arguments: [],
  options: {
    out: { value: '<dir>', description: 'the store', default: '.tenfold/store' },
    at: { value: '<rev>', description: 'compile a revision instead of the working tree' },
    flat: { value: '<file>', description: 'write the resolved settings as JSON ("-": to stdout), and no store' },
  },
})
