/** Whether a path matches a pattern, folder by folder: `**` is any number of them, including none. */
export function globSegments(pattern: readonly string[], path: readonly string[]): boolean {
  return fits(pattern, path, (one) => one === '**', globSegment)
}

/** Does the same within a name: `*` is any number of characters, `?` one. */
function globSegment(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name
  return fits(
    [...pattern],
    [...name],
    (one) => one === '*',
    (one, character) => one === '?' || one === character,
  )
}

/**
 * Only the last star is ever tried again, for what came before it cannot do better: so the time is at most the product
 * of both lengths, whatever the pattern and the text.
 */
function fits(
  pattern: readonly string[],
  text: readonly string[],
  isStar: (one: string) => boolean,
  isLike: (one: string, other: string) => boolean,
): boolean {
  let [i, k] = [0, 0]
  let star: { readonly i: number; readonly k: number } | undefined
  while (k < text.length) {
    const [one, other] = [pattern[i], text[k] ?? '']
    if (one !== undefined && isStar(one)) star = { i: i++, k }
    else if (one !== undefined && isLike(one, other)) [i, k] = [i + 1, k + 1]
    else if (star !== undefined) [i, k, star] = [star.i + 1, star.k + 1, { i: star.i, k: star.k + 1 }]
    else return false
  }
  return pattern.slice(i).every(isStar)
}
