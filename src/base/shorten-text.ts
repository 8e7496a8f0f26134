/** Cuts a text to at most so many UTF-16 units, with an ellipsis where it goes on, and never half a surrogate pair. */
function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/**
 * Shortens whatever a message quotes to what a person reads: a value may be a megabyte long, and is repeated by every
 * format that shows the message.
 */
export function shortened(message: string): string {
  if (message.length <= MOST_OF_ONE) return message
  const inQuotes = message.replace(QUOTED, (quoted) => `"${clipped(quoted.slice(1, -1), MOST_OF_ONE)}"`)
  return clipped(
    inQuotes.replace(LONG_WORD, (word) => clipped(word, MOST_OF_ONE + 2)),
    MOST_OF_ALL,
  )
}

const MOST_OF_ONE = 100
/** The length of our own words with a few names in them. */
const MOST_OF_ALL = 600
const QUOTED = new RegExp(`"[^"]{${MOST_OF_ONE + 1},}"`, 'g')
const LONG_WORD = new RegExp(`\\S{${MOST_OF_ONE + 3},}`, 'g')
