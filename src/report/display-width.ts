/** Returns how many columns of a terminal a text takes, so that a caret is under its character. */
export function width(text: string): number {
  // Most text is like this, and to segment it would cost a hundred times as much.
  if (/^[ -~]*$/.test(text)) return text.length
  let columns = 0
  for (const { segment } of graphemesOf(text)) columns += graphemeWidth(segment)
  return columns
}

/** Splits a text into what a person sees as one character: a family of emoji joined by U+200D is one. */
export function graphemesOf(text: string): Intl.Segments {
  // Made when there is a text to split, since most reports have none.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return segmenter.segment(text)
}

let segmenter: Intl.Segmenter | undefined

function graphemeWidth(grapheme: string): number {
  if (wide.test(grapheme)) return 2
  return zero.test(grapheme) ? 0 : 1
}

/**
 * Emoji that are drawn as such by default or by U+FE0F, and the ranges that are wide or fullwidth in Unicode's
 * EastAsianWidth.txt, rounded to their blocks.
 */
const wide = new RegExp(
  '\\p{Emoji_Presentation}|\\ufe0f|' +
    '[\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\u4dbf\\u4e00-\\ua4cf\\ua960-\\ua97f' +
    '\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe10-\\ufe19\\ufe30-\\ufe6f\\uff01-\\uff60\\uffe0-\\uffe6' +
    '\\u{16fe0}-\\u{18dff}\\u{1aff0}-\\u{1b2ff}\\u{1f200}-\\u{1f2ff}\\u{20000}-\\u{3fffd}]',
  'u',
)

/** Marks and joiners on their own, with no character to combine with. */
const zero = /^[\p{Mn}\p{Me}\p{Cf}]+$/u
