import { backwards, rotated } from './decode-disguises.ts'
import { isRandom } from './entropy.ts'

/** The description of a key for which its vendor has no form. */
export const WITHOUT_FORM = 'a key'

/**
 * Whether a text is like Runware's keys, 32 letters and digits, as several other vendors' are, or Cohere's, 40, and
 * nothing else.
 */
export function isKeyWithoutForm(text: string): boolean {
  if (!KEY_LENGTHS.has(text.length) || !/^[A-Za-z0-9]+$/.test(text) || !isRandom(text)) return false
  // A word in base64 is no key, whichever way it is read: what it encodes is searched by itself.
  const back = backwards(text)
  return ![text, back, rotated(text), rotated(back)].some(saysSomething)
}

/** Whether two texts are the halves of such a key. */
export function isSplitKey(text: string, next: string | undefined): boolean {
  if (next === undefined || text.length < 8 || next.length < 8) return false
  return isKeyWithoutForm(text + next) && isRandom(text, 0.15) && isRandom(next, 0.15)
}

const KEY_LENGTHS: ReadonlySet<number> = new Set([32, 40])

function saysSomething(text: string): boolean {
  return /^[\x20-\x7e\s]+$/.test(Buffer.from(text, 'base64').toString('latin1'))
}
