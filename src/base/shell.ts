/**
 * A command for somebody to copy, in backticks: words that a shell would not take as they are stand in quotes, for names of
 * branches, files and accounts are chosen by others. A word may be two commands' `&&`.
 */
export function command(...words: readonly string[]): string {
  return `\`${words.map(shellWord).join(' ')}\``
}

function shellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

const PLAIN = /^(?:[\w./@:+=,-]+|&&)$/
