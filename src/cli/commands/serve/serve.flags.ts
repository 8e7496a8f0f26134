import { defineCommand } from '../command-spec.ts'

export const serveCommand = defineCommand({
  name: 'serve',
  description: 'answer services of any language over HTTP: OFREP, event streams, metrics',
  formats: ['pretty', 'json'],
  arguments: [],
  options: {
    store: { value: '<url>', description: 'the store to answer from, several times for failover', isRepeated: true },
    trust: { value: '<file>', description: 'the root of trust of that store (default: config/trust/root.json)' },
    env: { value: '<name>', description: 'the only environment whose releases are served' },
    mode: { value: '<mode>', description: 'full: every account in memory; lazy: accounts on demand', default: 'full' },
    cacheDir: { value: '<dir>', description: 'keep the last good release there, for a start without the store' },
    every: { value: '<time>', description: 'how often the store is polled', default: '10s' },
    notify: { value: '<url>', description: 'a bus that tells of releases, nats://HOST:PORT/SUBJECT' },
    host: { value: '<address>', description: 'the address to listen on', default: '127.0.0.1' },
    port: { value: '<n>', description: 'the port; 0 is any that is free', default: '8080' },
    tokenFile: { value: '<file>', description: 'tokens of backends, one per line: each may ask for every account' },
    tokenKeys: { value: '<file>', description: 'keys that sign accounts’ tokens, NAME KEY per line: see `token`' },
    tlsCert: { value: '<file>', description: 'a certificate with its chain, in PEM' },
    tlsKey: { value: '<file>', description: 'the key of that certificate' },
    origin: { value: '<origin>', description: 'an origin whose pages may ask, several times too', isRepeated: true },
    rateLimit: { value: '<n>', description: 'the most requests per second of one caller' },
    accessLog: { description: 'write a line of JSON per request to stderr' },
  },
})
