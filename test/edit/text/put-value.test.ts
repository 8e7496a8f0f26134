import { describe, expect, test } from 'vitest'
import { Failure } from '../../../src/base/failure.ts'
import type { Writable } from '../../../src/edit/text/entry-form.ts'
import { put, putAll } from '../../../src/edit/text/put-value.ts'
import { fileOf } from './support.ts'

type Case = readonly [about: string, before: string, path: string, value: Writable, after: string]

const into = (before: string, path: string, value: Writable): string => put(fileOf(before), path.split('.'), value)

/** `a.b` of each text, or another path, with a value put there. */
const REPLACED: readonly Case[] = [
  ['a plain text', 'a:\n  b: one\n', 'a.b', 'two', 'a:\n  b: two\n'],
  ['a number', 'a:\n  b: 1 # why\n  c: 2\n', 'a.b', 0.5, 'a:\n  b: 0.5 # why\n  c: 2\n'],
  ['a truth', 'a: { b: true, c: 2 }\n', 'a.b', false, 'a: { b: false, c: 2 }\n'],
  ['nothing, where it is the same', "a:\n  b: 'one' # why\n", 'a.b', 'one', "a:\n  b: 'one' # why\n"],
  ['in single quotes, as it was', "b: 'one'\n", 'b', "it's two", "b: 'it''s two'\n"],
  ['in double quotes, as it was', 'b: "one"\n', 'b', 'two', 'b: "two"\n'],
  ['in double quotes where single ones have no escape', "b: 'one'\n", 'b', 'a\tb', 'b: "a\\tb"\n'],
  ['a null', 'b: null # inherits\n', 'b', 'two', 'b: two # inherits\n'],
  ['a null that is not written', 'b:\n', 'b', 'two', 'b: two\n'],
  ['a null that is not written, before a comment', 'b: # inherits\nc: 1\n', 'b', 'two', 'b: two # inherits\nc: 1\n'],
  ['a text by lines', 'b: one # why\nc: 1\n', 'b', 'two\nthree\n', 'b: | # why\n  two\n  three\nc: 1\n'],
  ['lines by a text', 'b: | # why\n  two\n  three\nc: 1\n', 'b', 'one', 'b: one # why\nc: 1\n'],
  ['lines by lines', 'b: |\n  two\nc: 1\n', 'b', 'two\n\nthree', 'b: |-\n  two\n\n  three\nc: 1\n'],
  [
    'lines before blank ones, which no longer belong to them',
    'b: |+\n  two\n\n\nc: 1\n',
    'b',
    'one\n',
    'b: |\n  one\n\n\nc: 1\n',
  ],
  ['lines in steps of four', 'x:\n    y: 1\nb: one\n', 'b', 'two\n', 'x:\n    y: 1\nb: |\n    two\n'],
  ['lines at the end of a text without an end', 'b: one', 'b', 'two\nthree', 'b: |-\n  two\n  three'],
  ['lines whose end belongs to them', 'b: one', 'b', 'two\n', 'b: |\n  two\n'],
  ['lines in braces, which hold none', '{ b: one }\n', 'b', 'two\nthree\n', '{ b: "two\\nthree\\n" }\n'],
  ['lines that begin with spaces', 'b: one\n', 'b', '  two\nthree\n', 'b: |2\n    two\n  three\n'],
  ['lines that are blank, which are quoted', 'b: one\n', 'b', '\n\n', 'b: "\\n\\n"\n'],
  ['lines that begin with a line of spaces', 'b: one\n', 'b', '  \ntwo\n', 'b: "  \\ntwo\\n"\n'],
  ['lines that end with a line of spaces', 'b: one\n', 'b', 'two\n  ', 'b: "two\\n  "\n'],
  ['lines with two ends', 'b: one\n', 'b', 'two\n\n', 'b: |+\n  two\n\n'],
  ['lines with a carriage return', 'b: one\n', 'b', 'two\u0085\nthree\n', 'b: "two\\u0085\\nthree\\n"\n'],
  ['lines of which a later one has a space', 'b: one\n', 'b', 'two three\nfour\n', 'b: |\n  two three\n  four\n'],
  ['lines with a blank one in the middle', 'b: one\n', 'b', 'two\n\nthree\n', 'b: |\n  two\n\n  three\n'],
  ['lines of which the first with anything begins with spaces', 'b: 1\n', 'b', '\n  two\n', 'b: |2\n\n    two\n'],
  ['lines of which the last of several is spaces', 'b: one\n', 'b', 'two\nthree\n  ', 'b: "two\\nthree\\n  "\n'],
  ['in its own quotes, and not those beside it', "b: 'one'\nc: two\n", 'b', 'two', "b: 'two'\nc: two\n"],
  ['plainly, where those beside it are quoted', "b: one\n'c': 'two'\n", 'b', 'two', "b: two\n'c': 'two'\n"],
  ['a text with a comma in braces', 'x: { b: { c: 1 } }\n', 'x.b', { c: 'd, e' }, 'x: { b: { c: "d, e" } }\n'],
  [
    'the end of lines as the file has it',
    'a: 1\r\nb: one\r\n',
    'b',
    'two\nthree\n',
    'a: 1\r\nb: |\r\n  two\r\n  three\r\n',
  ],
  ['a list', 'b: [one, two] # why\n', 'b', ['three'], 'b: [three] # why\n'],
  ['a list in lines', 'b:\n  - one\nc: 1\n', 'b', ['a, b', 'yes', '3', ''], 'b: ["a, b", "yes", "3", ""]\nc: 1\n'],
  ['an empty mapping', 'b: { c: 1 } # why\n', 'b', {}, 'b: {} # why\n'],
  ['lines by an empty mapping', 'b:\n  c: 1\n', 'b', {}, 'b: {}\n'],
  ['an empty mapping in braces', 'x: { b: 1 }\n', 'x.b', { c: {} }, 'x: { b: { c: {} } }\n'],
  ['a list in lines under a comment', 'b: # why\n  - one\nc: 1\n', 'b', [], 'b: # why\n  []\nc: 1\n'],
  ['an empty list', 'b: [one]\n', 'b', [], 'b: []\n'],
  ['a mapping in lines', 'b:\n  c: 1\n  d: 2\ne: 3\n', 'b', { c: 5 }, 'b:\n  c: 5\ne: 3\n'],
  [
    'a scalar by a mapping',
    'b: 1 # why\ne: 3\n',
    'b',
    { c: 5, d: { f: 6 } },
    'b: # why\n  c: 5\n  d:\n    f: 6\ne: 3\n',
  ],
  ['a mapping in braces', 'x: { b: { c: 1 } }\n', 'x.b', { c: 5, d: 'f' }, 'x: { b: { c: 5, d: f } }\n'],
  ['an explicit key', '? b\n: one\n', 'b', 'two', '? b\n: two\n'],
  ['nothing where a list is in the way', 'a: [1]\n', 'a.b', 'two', 'a: [1]\n'],
  ['nothing where a scalar is in the way', 'a: 1\n', 'a.b', 'two', 'a: 1\n'],
  ['nothing in what is no mapping', '- a\n', 'b', 'two', '- a\n'],
]

const INSERTED: readonly Case[] = [
  ['at the end', 'x: 1\n', 'b', 'two', 'x: 1\nb: two\n'],
  ['behind comments of the last', 'x: 1 # why\n', 'b', 'two', 'x: 1 # why\nb: two\n'],
  ['behind the blank lines of the last', 'x: |+\n  one\n\n\n', 'b', 'two', 'x: |+\n  one\n\n\nb: two\n'],
  [
    'before the blank lines behind the last',
    'a:\n  c: 1\n\n\nx: 1\n',
    'a.b',
    'two',
    'a:\n  c: 1\n  b: two\n\n\nx: 1\n',
  ],
  ['without a line end, where there was none', 'x: 1', 'b', 'two', 'x: 1\nb: two'],
  ['with the line end that belongs to it', 'x: 1', 'b', 'two\n', 'x: 1\nb: |\n  two\n'],
  ['with the line ends of the file', 'x: 1\r\n', 'b', 'two', 'x: 1\r\nb: two\r\n'],
  ['at the depth of its neighbours', 'a:\n   c: 1\n', 'a.b', 'two', 'a:\n   c: 1\n   b: two\n'],
  ['with what leads there', 'id: a\n', 'overrides.openai.model', 'm', 'id: a\noverrides:\n  openai:\n    model: m\n'],
  ['with what leads there, in steps of four', 'x:\n    y: 1\n', 'a.b', 2, 'x:\n    y: 1\na:\n    b: 2\n'],
  ['in braces, as those beside it', 'a:\n  x: { y: 1 }\n', 'a.b', { c: 2 }, 'a:\n  x: { y: 1 }\n  b: { c: 2 }\n'],
  [
    'in lines, where a text has several',
    'a:\n  x: { y: 1 }\n',
    'a.b',
    { c: 'd\ne\n' },
    'a:\n  x: { y: 1 }\n  b:\n    c: |\n      d\n      e\n',
  ],
  [
    'in lines, where a mapping is in it',
    'a:\n  x: { y: 1 }\n',
    'a.b',
    { c: { d: 1 } },
    'a:\n  x: { y: 1 }\n  b:\n    c:\n      d: 1\n',
  ],
  [
    'in lines, as the last mapping beside it',
    'a:\n  x: { y: 1 }\n  z:\n    y: 1\n',
    'a.b',
    { c: 2 },
    'a:\n  x: { y: 1 }\n  z:\n    y: 1\n  b:\n    c: 2\n',
  ],
  [
    'in lines, where the one in braces is empty',
    'a:\n  z:\n    y: 1\n  x: {}\n',
    'a.b',
    { c: 2 },
    'a:\n  z:\n    y: 1\n  x: {}\n  b:\n    c: 2\n',
  ],
  ['within a null', 'a: # none\n', 'a.b', 'two', 'a: # none\n  b: two\n'],
  ['within an empty mapping', 'a: {}\n', 'a.b', 'two', 'a:\n  b: two\n'],
  ['within an empty mapping with a space', 'a: { }\n', 'a.b', 'two', 'a:\n  b: two\n'],
  ['between braces', 'a: { c: 1 }\n', 'a.b', 'two', 'a: { c: 1, b: two }\n'],
  ['between braces with nothing in them', 'a: { c: {} }\n', 'a.c.b', 'two', 'a: { c: { b: two } }\n'],
  ['between braces of the whole file', '{ }\n', 'a.b', 'two', '{ a: { b: two } }\n'],
  [
    'on a line of its own between braces',
    'a: {\n  c: 1, # why\n}\n',
    'a.b',
    'two',
    'a: {\n  c: 1, # why\n  b: two,\n}\n',
  ],
  [
    'on a line of its own without a comma',
    'a: {\n  c: 1 # why\n}\n',
    'a.b',
    'two',
    'a: {\n  c: 1, # why\n  b: two\n}\n',
  ],
  ['beside another on its line', 'a: {\n  d: 1, c: 1\n}\n', 'a.b', 'two', 'a: {\n  d: 1, c: 1, b: two\n}\n'],
  ['as JSON in JSON', '{ "a": { "c": "d" } }\n', 'a.b', 'two', '{ "a": { "c": "d", "b": "two" } }\n'],
  [
    'in the quotes around it, where there are none beside it',
    '{ "a": "c", "d": {} }\n',
    'd.b',
    'two',
    '{ "a": "c", "d": { "b": "two" } }\n',
  ],
  [
    'plainly, where one beside it is plain',
    "a:\n  'c': 'd'\n  e: f\n",
    'a.b',
    'two',
    "a:\n  'c': 'd'\n  e: f\n  b: two\n",
  ],
  [
    'in the quote of the last',
    "a:\n  'c': \"d\"\n  'e': 'f'\n",
    'a.b',
    'two',
    "a:\n  'c': \"d\"\n  'e': 'f'\n  'b': 'two'\n",
  ],
  [
    'as if a block beside it had no quotes',
    "a:\n  'c': |\n    d\n  'e': 'f'\n",
    'a.b',
    'two',
    "a:\n  'c': |\n    d\n  'e': 'f'\n  'b': 'two'\n",
  ],
  [
    'as if a number beside it had no quotes',
    "a:\n  'c': 1\n  'e': 'f'\n",
    'a.b',
    'two',
    "a:\n  'c': 1\n  'e': 'f'\n  'b': 'two'\n",
  ],
  ['lines in a mapping, whose end belongs to them', 'x: 1', 'b', { c: 'd\n' }, 'x: 1\nb:\n  c: |\n    d\n'],
  ['lines in a mapping that ends otherwise', 'x: 1', 'b', { c: 'd\n', e: 1 }, 'x: 1\nb:\n  c: |\n    d\n  e: 1'],
  ['a list without a line end', 'x: 1', 'b', [1], 'x: 1\nb: [1]'],
  ['braces without a line end', 'a:\n  x: { y: 1 }', 'a.b', { c: 2 }, 'a:\n  x: { y: 1 }\n  b: { c: 2 }'],
  [
    'plainly, where an earlier one is plain',
    "a:\n  e: f\n  'c': 'd'\n",
    'a.b',
    'two',
    "a:\n  e: f\n  'c': 'd'\n  b: two\n",
  ],
  [
    'as if braces beside it had no quotes',
    "a:\n  'c': 'd'\n  'e': { 'x': 1 }\n",
    'a.b',
    'two',
    "a:\n  'c': 'd'\n  'e': { 'x': 1 }\n  'b': 'two'\n",
  ],
  ['before a comment that is all there is', 'a: { # why\n}\n', 'a.b', 'two', 'a: { b: two # why\n}\n'],
  [
    'no comma of somebody else’s',
    'a: {\n  c: 1\n}\nd: [1, 2]\n',
    'a.b',
    'two',
    'a: {\n  c: 1,\n  b: two\n}\nd: [1, 2]\n',
  ],
  ['id first', 'plan: free\n', 'id', 'a', 'plan: free\nid: a\n'],
  [
    'plan behind id',
    'id: a\noverrides:\n  x:\n    y: 1\n',
    'plan',
    'free',
    'id: a\nplan: free\noverrides:\n  x:\n    y: 1\n',
  ],
  [
    'name behind plan, and what nobody knows last',
    'id: a\nplan: free\nprompts: {}\nz: 1\n',
    'name',
    'A',
    'id: a\nplan: free\nname: A\nprompts: {}\nz: 1\n',
  ],
]

describe('is replaced:', () => {
  test.each(REPLACED)('%s', (_, before, path, value, after) => expect(into(before, path, value)).toBe(after))
})

describe('is inserted:', () => {
  test.each(INSERTED)('%s', (_, before, path, value, after) => expect(into(before, path, value)).toBe(after))
})

const PLAIN = [
  'one',
  'one two',
  "it's",
  'a/b',
  'é',
  'a (b)',
  'a, b',
  'v1',
  'nullable',
  'truest',
  '1a',
  '1e',
  '1.2.3a',
  'year',
  'no one',
  'so true',
  'onset',
  '9 lives',
  'a.b+c@d-e_f &g',
]

const QUOTED = [
  '',
  ' ',
  ' a',
  'a ',
  'true',
  'True',
  'FALSE',
  'NULL',
  'null',
  '~',
  'yes',
  'off',
  'y',
  'On',
  '2026',
  '0x1f',
  '0o17',
  '0b11',
  '1_000',
  '1e3',
  '1.5',
  '.5',
  '+1',
  '1.2.3',
  '1,000',
  '2026-01',
  '2026-01-31',
  '12:30:00',
  '-',
  '- a',
  '# a',
  'a # b',
  'a: b',
  'a:',
  '[a]',
  '{a}',
  '*a',
  '&a',
  '!a',
  '%a',
  '@a',
  '`a',
  '"a"',
  "'a'",
  '|',
  '>',
  '=',
  '<<',
  'a\tb',
  '\u2028',
  '\ufeffa',
  'a\u0007',
  'a\u0085',
]

const written = (text: string): string => /^b: (.*)\n$/.exec(into('b: 5\n', 'b', text))?.[1] ?? ''

describe('a text is plain where every reader takes it for that, and in quotes elsewhere', () => {
  test.each(PLAIN)('%j is plain', (text) => expect(written(text)).toBe(text))

  test.each(QUOTED)('%j is quoted', (text) => {
    expect(written(text)).toMatch(/^"[^\u007f-\u009f\u2028\u2029\ufeff]*"$/)
    expect(JSON.parse(written(text))).toBe(text)
  })

  test('and where a comma would end it', () => {
    expect(into('{ b: 5 }\n', 'b', 'a, b')).toBe('{ b: "a, b" }\n')
  })
})

test('several values are put one after another', () => {
  const values = [
    [['a', 'b'], 1],
    [['a', 'c'], 'x'],
    [['a', 'b'], 2],
  ] as const
  expect(putAll(fileOf('id: a\n'), values)).toBe('id: a\na:\n  b: 2\n  c: x\n')
  expect(putAll(fileOf('id: a\n'), [])).toBe('id: a\n')
})

test('what the edit would disturb is refused, and nothing is changed', () => {
  expect(() => into('? b\n', 'b', 'two')).toThrow(
    new Failure(
      'usage',
      'accounts/a.yaml is written in a way that this edit would disturb',
      'edit the file by hand: nothing was changed',
    ),
  )
})
