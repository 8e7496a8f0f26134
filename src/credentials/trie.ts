/**
 * An expression for any of some literals, the longest that fits, which tries no literal whose first letters have not
 * been there: of a hundred literals one after the other, most of the time would go by for nothing. What stands between
 * their characters is an expression as well.
 */
export function anyOf(literals: readonly string[], between = ''): string {
  const byFirst = new Map<string, string[]>()
  for (const literal of literals) {
    const first = literal.charAt(0)
    byFirst.set(first, [...(byFirst.get(first) ?? []), literal.slice(1)])
  }
  return [...byFirst]
    .filter(([first]) => first !== '')
    .map(([first, rests]) => {
      const inner = anyOf(rests, between)
      const tail = inner === '' ? '' : `(?:${between}(?:${inner}))${rests.includes('') ? '?' : ''}`
      return escaped(first) + tail
    })
    .join('|')
}

export function escaped(text: string): string {
  return text.replace(/[^A-Za-z0-9_]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
