/** The rest of the program's view of credentials: whether there is one, and how to show a text without it. */
export { credentialIn } from './detect.ts'
export { maskCredentials } from './mask.ts'
export { maskPath } from './in-path.ts'
