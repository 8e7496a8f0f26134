/** Whether a path has a pattern's form, folder by folder: `**` is any number of them, also none. */
export function globSegments(pattern: readonly string[], path: readonly string[]): boolean {
  return fits(pattern, path, (one) => one === '**', globSegment)
}

/** The same within a name: `*` is any number of characters, `?` one. */
function globSegment(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name
  return fits([...pattern], [...name], (one) => one === '*', (one, character) => one === '?' || one === character)
}

/**
 * The last star alone is ever tried again, for what came before it cannot do better: so the time is the product of both
 * lengths at most, whoever wrote the pattern and whoever the text.
 */
function fits(
  pattern: readonly string[],
  text: readonly string[],
  isStar: (one: string) => boolean,
  isLike: (one: string, other: string) => boolean,
): boolean {
  let [at, in_, star, from] = [0, 0, -1, 0]
  while (in_ < text.length) {
    const [one, other] = [pattern[at], text[in_] ?? '']
    if (one !== undefined && isStar(one)) [star, from, at] = [at, in_, at + 1]
    else if (one !== undefined && isLike(one, other)) [at, in_] = [at + 1, in_ + 1]
    else if (star >= 0) [from, at, in_] = [from + 1, star + 1, from + 1]
    else return false
  }
  return pattern.slice(at).every(isStar)
}
