/* Every start needs this file, even one that only prints the help: it must not load anything else. */

export const VERSION = process.env['TENFOLD_VERSION'] ?? 'dev'
/** The toolchain fingerprint: the program's version and a digest of everything that affects checks. */
export const FINGERPRINT = process.env['TENFOLD_JUDGE'] ?? 'dev'

/** The folder of private keys on the machine that made them; git ignores it. */
export const KEYS_FOLDER = '.tenfold/keys'
