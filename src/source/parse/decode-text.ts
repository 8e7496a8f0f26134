import type { Problem } from '../source-nodes.ts'

/** Decodes bytes to text; a byte that is not UTF-8 is a problem at its own place, and the only one. */
export function decodeText(bytes: Uint8Array): { text: string; problem?: Problem } {
  try {
    return { text: STRICT.decode(bytes) }
  } catch {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    const start = firstBad(bytes)
    return { text, problem: { kind: 'utf8', start, end: start + 1, more: 0 } }
  }
}

/** Made once: making one takes longer than decoding a small file. */
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Returns the UTF-16 offset of the first byte that cannot be decoded. */
function firstBad(bytes: Uint8Array): number {
  let good = 0
  let bad = bytes.length
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isPrefix(bytes.subarray(0, middle))) good = middle
    else bad = middle
  }
  // Up to three bytes of `good` may be the beginning of the character that turns out bad.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, good), { stream: true }).length
}

function isPrefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
