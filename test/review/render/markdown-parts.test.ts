import { expect, test } from 'vitest'
import { code, details, fenced } from '../../../src/review/render/markdown-parts.ts'

const TICKS = (count: number): string => '`'.repeat(count)

test.each<[text: string, written: string]>([
  ['a', '`a`'],
  ['', '`""`'],
  ['  ', '`"  "`'],
  ['a`b', '``a`b``'],
  ['a``b`c', '```a``b`c```'],
  ['`a', '`` `a ``'],
  ['a`', '`` a` ``'],
  [' a', '`  a `'],
  ['a ', '` a  `'],
  ['@all #1 <b>', '`@all #1 <b>`'],
  [`a${TICKS(32)}b`, `${TICKS(33)}a${TICKS(32)}b${TICKS(33)}`],
  [`a${TICKS(33)}b`, `\`a${'\\u0060'.repeat(33)}b\``],
  ['x'.repeat(200), `\`${'x'.repeat(200)}\``],
  ['x'.repeat(201), `\`${'x'.repeat(199)}…\``],
])('%j as code', (text, written) => expect(code(text)).toBe(written))

test('code is cut where it is asked to be', () => {
  expect(code('abcdef', 3)).toBe('`ab…`')
})

test('fences are longer than any run of backticks in the lines, and three at least', () => {
  expect(fenced(['a', 'b'], 'diff')).toBe('```diff\na\nb\n```')
  expect(fenced(['a``'], '')).toBe('```\na``\n```')
  expect(fenced(['a```', '`'], 'diff')).toBe('````diff\na```\n`\n````')
  expect(fenced(['x'.repeat(401), 'x'.repeat(400)], '')).toBe(`\`\`\`\n${'x'.repeat(399)}…\n${'x'.repeat(400)}\n\`\`\``)
  expect(fenced([TICKS(33)], '')).toBe(`\`\`\`\n${'\\u0060'.repeat(33)}\n\`\`\``)
  expect(fenced([], '')).toBe('```\n\n```')
})

test('a part is closed until somebody opens it', () => {
  expect(details('2 errors', 'a')).toBe('<details><summary>2 errors</summary>\n\na\n\n</details>')
})
