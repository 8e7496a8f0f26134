import type { CredentialPattern } from './pattern-types.ts'

/** Not specific to a vendor: tokens of a standard, and private keys, each by the structure that it begins with. */
export const KEY_PATTERNS: readonly CredentialPattern[] = [
  { what: 'an age identity', starts: ['AGE-SECRET-KEY-', 'age-secret-key-'], rest: /^(?:PQ-)?1[A-Z0-9]{20,}/i },
  // A key's own structure, as it begins in base64: Ed25519 and X25519, RSA, the EC curves, and that of OpenSSH.
  { what: 'a private key', starts: ['MC4CAQAwBQYDK2VwBCIEI', 'MC4CAQAwBQYDK2VuBCIEI'], rest: /^[A-Za-z0-9+/_-]{20,}/ },
  {
    what: 'a private key',
    starts: ['IBADANBgkqhkiG9w0BAQEFAASC', 'AgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg', 'b3BlbnNzaC1rZXktdjEA'],
    rest: /^[A-Za-z0-9+/_-]{20,}/,
    after: /^/,
  },
  // And as bytes, the result of decoding it.
  {
    what: 'a private key',
    starts: ['+ep\x04"\x04 ', '+en\x04"\x04 ', 'openssh-key-v1\0'],
    rest: /^[^]{8}/,
    after: /^/,
    sure: true,
  },
  // The second part of a JSON web token: the dot before it is rarer than its beginning.
  { what: 'a JSON web token', starts: ['.eyJ'], rest: /^[A-Za-z0-9_-]{10,}/, after: /[A-Za-z0-9_-]{10}$/, sure: true },
]
