/**
 * Formats a command to copy, in backticks: words that a shell would not take as they are get quotes, for others choose
 * the names of branches, files and accounts. A word may be the `&&` between two commands.
 */
export function command(...words: readonly string[]): string {
  return `\`${words.map(shellWord).join(' ')}\``
}

/** Returns a word as a shell takes it for what it is. */
export function shellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

const PLAIN = /^(?:[\w./@:+=,-]+|&&)$/
