import { AI_PATTERNS } from './ai.ts'
import { KEY_PATTERNS } from './key-files.ts'
import type { CredentialPattern } from './pattern-types.ts'
import { SERVICE_PATTERNS } from './services.ts'

/** Of one beginning, the first form that fits counts. */
export const PATTERNS: readonly CredentialPattern[] = [...AI_PATTERNS, ...SERVICE_PATTERNS, ...KEY_PATTERNS]

/** In bytes that are not text otherwise. */
export const KEY_BYTES = /\+e[np]\x04"\x04 |openssh-key-v1\0/
