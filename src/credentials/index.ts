/** The rest of the program's view of credentials: whether there is one, and how to show a text without it. */
export { credentialIn } from './detect-credential.ts'
export { maskCredentials } from './mask-credentials.ts'
export { maskPath } from './credential-in-path.ts'
