/** `import { TenfoldProvider } from 'tenfold/openfeature'`: an in-process provider for OpenFeature's server SDK. */
export { TenfoldProvider } from './provider.ts'
export type { ProviderSettings } from './provider.ts'
