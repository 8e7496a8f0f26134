/** What the rest of the program knows of credentials: whether there is one, and how to show a text without it. */
export { credentialIn } from './find.ts'
export { maskCredentials } from './mask.ts'
export { maskPath } from './paths.ts'
