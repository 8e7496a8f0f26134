/*
 * What every start needs, the one that only prints the help too: nothing else may be loaded with it.
 */

export const VERSION = process.env['TENFOLD_VERSION'] ?? 'dev'
/** Which program judged: its version and a digest of what judges. */
export const FINGERPRINT = process.env['TENFOLD_JUDGE'] ?? 'dev'

/** Where private keys lie on the machine that made them; git ignores it. */
export const KEYS_FOLDER = '.tenfold/keys'
