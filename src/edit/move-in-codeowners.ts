/**
 * Returns a CODEOWNERS file in which the lines that name one path alone name another one, or are gone. Lines with a
 * pattern of several files stay as they are: their meaning is up to their owner.
 */
export function withOwnersOf(text: string, path: string, to: string | undefined): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  return lines
    .map((line) => {
      const [, start = '', pattern = ''] = /^(\s*\/?)((?:\\.|[^\s\\#])+)/.exec(line) ?? []
      if (pattern.replaceAll('\\ ', ' ') !== path) return line
      return to === undefined ? '' : start + to.replaceAll(' ', '\\ ') + line.slice(start.length + pattern.length)
    })
    .join('')
}
