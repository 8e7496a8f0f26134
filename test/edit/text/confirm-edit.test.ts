import { expect, test } from 'vitest'
import { confirmed, edited, isSameValue, says, withValue } from '../../../src/edit/text/confirm-edit.ts'
import type { Edit } from '../../../src/source/diagnostic-types.ts'
import { fileOf } from './support.ts'

test('edits are applied from the front, whatever order they come in', () => {
  const edits: readonly Edit[] = [
    { start: 4, end: 5, text: 'E' },
    { start: 0, end: 1, text: 'A' },
    { start: 2, end: 2, text: '+' },
  ]
  expect(edited('abcdef', edits)).toBe('Ab+cdEf')
  expect(edits.map(({ start }) => start)).toEqual([4, 0, 2])
  expect(edited('abc', [])).toBe('abc')
})

test('of two that overlap, the first is applied, and of two that begin together, the one that ends first', () => {
  const far: Edit = { start: 1, end: 4, text: 'X' }
  expect(edited('abcdef', [{ start: 2, end: 5, text: 'Y' }, far])).toBe('aXef')
  expect(edited('abcdef', [{ start: 4, end: 5, text: 'Y' }, far])).toBe('aXYf')
  expect(edited('abcdef', [far, { start: 1, end: 1, text: '+' }])).toBe('a+Xef')
  expect(edited('abcdef', [far, { start: 1, end: 2, text: 'Z' }])).toBe('aZcdef')
})

test.each<[a: unknown, b: unknown, is: boolean]>([
  ['a\r\nb', 'a\nb', true],
  [['a\r\n'], ['a\n'], true],
  [{ a: { b: 'c\r\n' } }, { a: { b: 'c\n' } }, true],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [['a', 'b'], ['b', 'a'], false],
  [{ a: 1 }, { a: 1, b: null }, false],
  [1, '1', false],
  [null, undefined, false],
  ['a', 'b', false],
  [[], {}, false],
])('%j means the same as %j: %s', (a, b, is) => expect(isSameValue(a, b)).toBe(is))

test.each<[object: unknown, path: string[], value: unknown, want: unknown]>([
  [{ a: 1 }, ['b'], 2, { a: 1, b: 2 }],
  [{ a: 1 }, ['a'], 2, { a: 2 }],
  [{ a: { b: 1, c: 2 } }, ['a', 'b'], 3, { a: { b: 3, c: 2 } }],
  [{ a: { b: 1, c: 2 } }, ['a', 'b'], undefined, { a: { c: 2 } }],
  [{ a: 1 }, ['a'], undefined, {}],
  [{ a: 1 }, ['b', 'c'], 2, { a: 1, b: { c: 2 } }],
  [{ a: 1 }, ['a', 'c'], 2, { a: { c: 2 } }],
  [undefined, ['a'], 2, { a: 2 }],
  [{ a: 1 }, [], 2, 2],
])('%j with %j at %j is %j', (object, path, value, want) => expect(withValue(object, path, value)).toEqual(want))

test('a text says what it should, and one that no reader can read is left to the check', () => {
  const file = fileOf('a: 1\n')
  expect(says(file, 'a: 2 # why\n', { a: 2 })).toBe(true)
  expect(says(file, 'a: 2\n', { a: 1 })).toBe(false)
  // What a person wrote into it, which the check reports at its place.
  expect(says(file, 'a: "\u0007"\n', { a: 1 })).toBe(true)
  expect(says(file, 'a: [\n', { a: 1 })).toBe(false)
  expect(says(file, 'b: [\na: "\u0007"\n', { a: 1 })).toBe(true)
})

test('edits that change what else is there are not confirmed', () => {
  const file = fileOf('a: 1\nb: 2\n')
  expect(confirmed(file, [{ start: 3, end: 4, text: '5' }], { a: 5, b: 2 })).toBe('a: 5\nb: 2\n')
  expect(confirmed(file, [{ start: 3, end: 4, text: '5' }], { a: 5 })).toBeUndefined()
})
