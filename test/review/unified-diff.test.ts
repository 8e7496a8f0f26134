import { expect, test } from 'vitest'
import { unified } from '../../src/review/render/unified-diff.ts'

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
