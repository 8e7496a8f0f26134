import type { ContextMatch } from './pem-and-url.ts'

/** Keys that no beginning gives away, and whose shape nothing else has. */
const SHAPES: readonly (readonly [what: string, shape: RegExp])[] = [
  ['a fal key', /(?<![0-9a-f])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}:[0-9a-f]{32}(?![0-9a-f])/gi],
  ['a Mailgun key', /(?<![0-9a-f-])[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}(?![0-9a-f-])/g],
  // Its first part is a number in base64, which begins with one of few letters.
  ['a Discord token', /(?<![A-Za-z0-9_-])[MNO][A-Za-z0-9]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}/g],
  ['an Airtable token', /(?<![A-Za-z0-9])pat[A-Za-z0-9]{14}\.[0-9a-f]{64}/g],
  ['a Twilio key', /(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![A-Za-z0-9])/g],
]

/** The length of the shortest word that is one, or the first half of one. */
export const SHORTEST_SHAPE = 34
/** The second half may come after a colon. */
const HALF = 34

/** Yields those in one long word of a text. */
export function* shapesIn(text: string, start: number, length: number): Generator<ContextMatch> {
  const word = text.slice(start, start + length + HALF)
  for (const [what, shape] of SHAPES) {
    for (const { index, 0: found } of word.matchAll(shape)) {
      if (index < length) yield { what, start: start + index, end: start + index + found.length }
    }
  }
}
