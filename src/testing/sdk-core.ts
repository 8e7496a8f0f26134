/** What `tenfold-sdk/testing` makes settings of: in the same file as the SDK, so that a service's tests load it once. */
export { keysAtHand } from '../sdk/key-sources.ts'
export { idHash } from '../sdk/memory/hash-ids.ts'
export { Settings } from '../sdk/settings-client.ts'
export { Reader } from '../sdk/snapshot-reader.ts'
export { TenfoldError } from '../sdk/tenfold-error.ts'
