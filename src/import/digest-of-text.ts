import { createHash } from 'node:crypto'

/** Returns the SHA-256 of a text, 32 hexadecimal digits of it. */
export function digestOfText(text: string): string {
  // Not a part of a longer text, which would stay in memory with it.
  return createHash('sha256').update(text).digest().toString('hex', 0, 16)
}
