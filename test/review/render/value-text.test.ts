import { expect, test } from 'vitest'
import { clip, isLong, valueText } from '../../../src/review/render/value-text.ts'

test.each<[value: unknown, text: string]>([
  ['a', 'a'],
  ['a b', 'a b'],
  ['', '""'],
  [' a', '" a"'],
  ['a\n', '"a\\n"'],
  [null, '—'],
  [undefined, '—'],
  [0, '0'],
  [false, 'false'],
  [['a', 1], '["a",1]'],
  [{ a: 1 }, '{"a":1}'],
  [{ secret: 'OPENAI' }, 'the secret OPENAI'],
  [{ secret: 5 }, '{"secret":5}'],
])('%j is %s', (value, text) => expect(valueText(value)).toBe(text))

test.each<[text: string, most: number, clipped: string]>([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
  ['', 0, ''],
  ['a😀b', 3, 'a…'],
  ['a😀b', 4, 'a😀b'],
  ['a😀bc', 4, 'a😀…'],
])('%j in %i characters is %s', (text, most, clipped) => expect(clip(text, most)).toBe(clipped))

test.each<[value: unknown, is: boolean]>([
  ['x'.repeat(80), false],
  ['x'.repeat(81), true],
  ['a\nb', true],
  ['a\n\n', false],
  ['\na', true],
  [5, false],
  [null, false],
  [['x'.repeat(81)], false],
])('%j is shown by lines: %s', (value, is) => expect(isLong(value)).toBe(is))
