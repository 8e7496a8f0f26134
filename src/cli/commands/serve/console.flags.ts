import { defineCommand } from '../command-spec.ts'

export const consoleCommand = defineCommand({
  name: 'console',
  description: 'the web console: who gets what, and why, in a browser of this machine',
  formats: ['pretty', 'json'],
  arguments: [],
  options: {
    port: { value: '<n>', description: 'the port on 127.0.0.1 (default: one that is free)' },
    store: { value: '<url>', description: 'the store whose releases are shown (default: the local one)' },
    trust: { value: '<file>', description: 'the root of trust of that store (default: config/trust/root.json)' },
    readOnly: { description: 'accept nothing that writes' },
    open: { description: 'leave the browser closed', isNegated: true },
  },
})
