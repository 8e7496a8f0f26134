import { expect, test } from 'vitest'
import { unified } from '../../../src/review/render/unified-diff.ts'

const lines = (...texts: readonly (string | number)[]): string => texts.map((text) => `${text}\n`).join('')

test('a change is shown with three lines on each side, and lines between two changes once', () => {
  const before = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)
  const after = lines(1, 2, 3, 4, 'five', 6, 7, 'eight', 9, 10, 11, 12, 13, 14)
  expect(unified(before, after)).toEqual({
    lines: ['@@ line 2 @@', ' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', '-8', '+eight', ' 9', ' 10', ' 11'],
    added: 2,
    removed: 2,
  })
})

test('changes that are far apart have a place each', () => {
  const before = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
  const after = lines('one', 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 'more')
  expect(unified(before, after)).toEqual({
    lines: ['@@ line 1 @@', '-1', '+one', ' 2', ' 3', ' 4', '@@ line 10 @@', ' 10', ' 11', ' 12', '+more'],
    added: 2,
    removed: 1,
  })
})

test('lines between two changes that are just near enough are shown once', () => {
  const before = lines(1, 2, 3, 4, 5, 6, 7, 8)
  const seven = unified(before, lines('one', 2, 3, 4, 5, 6, 7, 'eight'))
  expect(seven.lines).toEqual(['@@ line 1 @@', '-1', '+one', ' 2', ' 3', ' 4', ' 5', ' 6', ' 7', '-8', '+eight'])
  const eight = unified(lines(1, 2, 3, 4, 5, 6, 7, 8, 9), lines('one', 2, 3, 4, 5, 6, 7, 8, 'nine'))
  expect(eight.lines[5]).toBe(' 4')
  expect(eight.lines[6]).toBe('@@ line 6 @@')
})

test('the place of a change is its line in the text that comes', () => {
  const before = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
  expect(unified(before, lines(1, 2, 'x', 'y', 3, 4, 5, 6, 7, 8, 9, 10, 12)).lines).toEqual([
    '@@ line 1 @@',
    ' 1',
    ' 2',
    '+x',
    '+y',
    ' 3',
    ' 4',
    ' 5',
    '@@ line 10 @@',
    ' 8',
    ' 9',
    ' 10',
    '-11',
    ' 12',
  ])
})

test('a line end at the end is no line, and two are one', () => {
  expect(unified('a', 'a\n')).toEqual({ lines: [], added: 0, removed: 0 })
  expect(unified('a\n', 'a\n\n')).toEqual({ lines: ['@@ line 1 @@', ' a', '+'], added: 1, removed: 0 })
  expect(unified('', 'a\nb')).toEqual({ lines: ['@@ line 1 @@', '+a', '+b'], added: 2, removed: 0 })
  expect(unified('a\nb', '')).toEqual({ lines: ['@@ line 1 @@', '-a', '-b'], added: 0, removed: 2 })
})

test('of 601 lines only the count is given, and 600 are compared', () => {
  const [many, more] = [lines(...Array(600).keys()), lines(...Array(601).keys())]
  expect(unified(many, `${many}x`)).toEqual({ lines: [], added: 601, removed: 600 })
  expect(unified(more, many)).toEqual({ lines: [], added: 600, removed: 601 })
  expect(unified(many, many.replace('\n599\n', '\nx\n')).lines.at(-1)).toBe('+x')
})

test('what was compared is known, until there are a hundred more', () => {
  const first = unified('a', 'b')
  expect(unified('a', 'b')).toBe(first)
  expect(unified('a', 'c')).not.toBe(first)
  for (let i = 0; i < 101; i++) unified('a', `${i}`)
  expect(unified('a', 'b')).toEqual(first)
  expect(unified('a', 'b')).not.toBe(first)
})
