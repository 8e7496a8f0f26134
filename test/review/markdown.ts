import { expect } from 'vitest'

/** What a reader's Markdown takes for text and not for code: fences and code spans taken out as CommonMark finds them. */
function outsideCode(markdown: string): string {
  const kept: string[] = []
  let fence = ''
  for (const line of markdown.split('\n')) {
    const [, ticks = '', rest = ''] = /^ {0,3}(`{3,})([^`]*)$/.exec(line) ?? []
    if (fence === '') {
      if (ticks === '') kept.push(withoutSpans(line))
      fence = ticks
    } else if (ticks.length >= fence.length && rest.trim() === '') fence = ''
  }
  expect(fence, 'every fence is closed').toBe('')
  return kept.join('\n')
}

/** A run of backticks ends at the next run of the same length; without one it is text. */
function withoutSpans(line: string): string {
  let text = ''
  for (let at = 0; at < line.length; ) {
    const run = /^`+/.exec(line.slice(at))?.[0] ?? ''
    if (run === '') text += line[at++]
    else {
      const end = [...line.slice(at + run.length).matchAll(/`+/g)].find(([one]) => one.length === run.length)
      text += end === undefined ? run : '·'
      at += run.length + (end === undefined ? 0 : end.index + run.length)
    }
  }
  return text
}

/** Within its limit, every fence closed, every `details` closed, and nothing outside of code that does anything. */
export function expectWellFormed(body: string): string {
  expect(body.length).toBeLessThanOrEqual(60_000)
  expect(body).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069]/)
  const text = outsideCode(body.slice(body.indexOf('\n') + 1))
  let depth = 0
  for (const [tag] of text.matchAll(/<[^>]*>/g)) {
    expect(['<details>', '</details>', '<summary>', '</summary>']).toContain(tag)
    if (tag === '<details>') depth++
    if (tag === '</details>') depth--
    expect(depth).toBeGreaterThanOrEqual(0)
  }
  expect(depth).toBe(0)
  expect(text.replace(/<\/?(?:details|summary)>/g, '')).not.toMatch(/[@<>[\]`]|:\/\/|#\d|\b[0-9a-f]{7,}\b/)
  return text
}
