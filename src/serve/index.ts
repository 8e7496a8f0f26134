/** `import { createServer } from 'tenfold/serve'`: answers over HTTP, for services of any language. */
export { createServer } from './create-server.ts'
export type { AnswerServer } from './create-server.ts'
export type { ServedSettings } from './present-settings.ts'
export type { AccessEntry } from './request-handler.ts'
export type { ServerOptions } from './server-options.ts'
