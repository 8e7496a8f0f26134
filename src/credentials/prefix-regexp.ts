/**
 * Builds an expression for any of some literals, the longest that fits, which tries no literal whose first letters do
 * not match: trying a hundred literals one after the other would waste most of the time.
 */
export function anyOf(literals: readonly string[]): string {
  const byFirst = new Map<string, string[]>()
  for (const literal of literals) {
    const first = literal.charAt(0)
    byFirst.set(first, [...(byFirst.get(first) ?? []), literal.slice(1)])
  }
  return [...byFirst]
    .filter(([first]) => first !== '')
    .map(([first, rests]) => {
      const inner = anyOf(rests)
      const tail = inner === '' ? '' : `(?:${inner})${rests.includes('') ? '?' : ''}`
      return escaped(first) + tail
    })
    .join('|')
}

export function escaped(text: string): string {
  return text.replace(/[^A-Za-z0-9_]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
