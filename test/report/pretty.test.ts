import { expect, test } from 'vitest'
import { pretty } from '../../src/report/formats/pretty.ts'
import { both, clean, denied, hostile, many, pointing, unused } from './diagnostics.ts'

const plain = { color: false }

test('an error and a warning', () => {
  expect(pretty(both, plain)).toBe(`\
error[plan/model-not-allowed]: plan "starter" may not use model "gpt-5.2"
  --> config/accounts/acme.yaml:7:12
 7 |     model: gpt-5.2
   |            ^^^^^^^
   ::: config/plans.yaml:9:16  the rule
 = help: use gpt-4o, or move the account to growth

warning[ref/unused]: no function uses the prompt type "outline"
    --> config/prompts/outline.yaml:120:1
 120 | outline: |
     | ^^^^^^^^^^

1 error, 1 warning in 120 files
`)
})

test('nothing wrong', () => {
  expect(pretty(clean, plain)).toBe('no problems in 120 files\n')
})

test('a missing file has no line to show', () => {
  const missing = { ...denied, line: 1, column: 1, end_line: 1, end_column: 1, excerpt: '', related: [] }
  expect(pretty({ diagnostics: [missing], files: 1 }, plain)).toBe(`\
error[plan/model-not-allowed]: plan "starter" may not use model "gpt-5.2"
  --> config/accounts/acme.yaml:1:1
 = help: use gpt-4o, or move the account to growth

1 error in 1 file
`)
})

test('colour, only when asked', () => {
  const colored = pretty({ diagnostics: [{ ...unused, related: denied.related }], files: 1 }, { color: true })
  expect(colored.replaceAll('\u001b', '␛')).toBe(`\
␛[1;33mwarning[ref/unused]␛[0m: ␛[1mno function uses the prompt type "outline"␛[0m
    ␛[1;34m-->␛[0m config/prompts/outline.yaml:120:1
␛[1;34m 120 |␛[0m outline: |
␛[1;34m     |␛[0m ␛[1;33m^^^^^^^^^^␛[0m
     ␛[1;34m:::␛[0m config/plans.yaml:9:16  the rule

␛[1m1 warning in 1 file␛[0m
`)
})

/** The source line and the carets, without the margin. */
function source(excerpt: string, target: string): string[] {
  const lines = pretty({ diagnostics: [pointing(excerpt, target)], files: 1 }, plain).split('\n')
  return lines.slice(2, 4).map((line) => line.slice(5))
}

test.each([
  // text, target, carets
  ['model: 😀 gpt', 'gpt', '          ^^^'],
  ['👨‍👩‍👧: gpt', 'gpt', '    ^^^'],
  ['🇨🇭: gpt', 'gpt', '    ^^^'],
  ['模型: gpt', 'gpt', '      ^^^'],
  ['e\u0301: gpt', 'gpt', '   ^^^'],
  ['a: 模型', '模型', '   ^^^^'],
  ['a: ❤️ x', 'x', '      ^'],
])('%s: the carets stand under %s', (text, target, carets) => {
  expect(source(text, target)).toEqual([text, carets])
})

test('a tab is shown as one space', () => {
  expect(source('\ta:\tgpt\r\n', 'gpt')).toEqual([' a: gpt', '    ^^^'])
})

test('characters that are written out still leave the caret in its place', () => {
  expect(source('a\u202eb\u001b[1m: gpt', 'gpt')).toEqual(['a\\u202eb␛[1m: gpt', '              ^^^'])
  expect(source('##[error]: gpt', 'gpt')).toEqual(['##\\u005berror]: gpt', '                ^^^'])
  expect(source('##vso[\u200d', '[')).toEqual(['##vso\\u005b\u200d', '     ^^^^^^'])
  expect(source('##[error]', '[')).toEqual(['##\\u005berror]', '  ^^^^^^'])
})

test('a span without width, or beyond the line, has one caret', () => {
  const carets = (column: number) =>
    pretty({ diagnostics: [{ ...denied, excerpt: 'a: b', column, end_column: column }], files: 1 }, plain).split(
      '\n',
    )[3]
  expect(carets(2)).toBe('   |  ^')
  expect(carets(99)).toBe('   |     ^')
})

test('a long line is cut around the span', () => {
  const [line = '', carets = ''] = source(`${'a'.repeat(500)}gpt${'b'.repeat(1_000_000)}`, 'gpt')
  expect(line).toBe(`…${'a'.repeat(60)}gpt${'b'.repeat(97)}…`)
  expect(carets).toBe(`${' '.repeat(61)}^^^`)
  expect(source('a'.repeat(160), 'a')[0]).toBe('a'.repeat(160))
  expect(source('a'.repeat(161), 'a')[0]).toBe(`${'a'.repeat(160)}…`)
})

test('hostile text stays on its line and is written out', () => {
  expect(pretty({ diagnostics: [hostile], files: 1 }, plain)).toBe(`\
error[ref/unknown]: no model "␛[31m␊::error::forged␍␊##\\u005badd-mask]x ]]><b a='1'>&\\u202e \
[x](https://evil.test) 100%"
  --> config/accounts/a:b,c d␊#?%é.yaml:3:10
 3 | model: "␛[2J\\u202e"
   |          ^^^^^^^^^
   ::: ../other␛.yaml:120:1  ::error::forged␊::error::again
 = help: half \\ud800 a pair, \\u009b a C1, ␀ a NUL

1 error in 1 file
`)
})

test('10,000 errors are all counted, and 50 are shown', () => {
  const text = pretty(many(10_000), plain)
  expect(text.match(/^error\[/gm)).toHaveLength(50)
  expect(
    text.endsWith(`
… and 9,950 more (use --format json to see all)

10,000 errors in 1 file
`),
  ).toBe(true)
})

test('when some are left out, the errors come first', () => {
  const diagnostics = [unused, denied, unused, denied]
  const shown = (limit: number) =>
    pretty({ diagnostics, files: 2 }, { ...plain, limit }).match(/^(error|warning)(?=\[)|^….*/gm)
  expect(shown(4)).toEqual(['warning', 'error', 'warning', 'error'])
  expect(shown(3)).toEqual(['error', 'error', 'warning', '… and 1 more (use --format json to see all)'])
})
