/** `import { settingsFor } from 'tenfold-sdk/testing'`: settings without a store, for an application's own tests. */
export { settingsFor } from './settings-for.ts'
export type { ConfigurationFiles, TestingOptions } from './settings-for.ts'
