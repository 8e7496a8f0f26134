import { expect, test } from 'vitest'
import { type Section, fit } from '../../../src/review/render/fit-to-limit.ts'

/** Ten items of nine characters, which with what separates them cost eleven each. */
function section(letter: string): Section {
  return { open: `${letter}\n`, items: Array.from({ length: 10 }, (_, i) => `- ${letter.repeat(6)}${i}`) }
}

function kept(texts: readonly string[]): number[] {
  return texts.map((text) => text.split('\n').filter((line) => line.startsWith('- ')).length)
}

/** What the sections cost without an item. */
const EMPTY = fit([section('a'), section('b')], [0, 1], 0).join('').length + 2 * 2

test.each([
  ['nothing fits into nothing', 0, [0, 0]],
  ['the first takes half of what is left, and the second the rest, as long as both want some', 8 * 11, [6, 2]],
  ['an odd one goes to the first', 3 * 11, [2, 1]],
  ['all fit', 20 * 11, [10, 10]],
  ['what the first does not need goes to the second', 19 * 11, [10, 9]],
])('%s', (_, budget, want) => {
  expect(kept(fit([section('a'), section('b')], [0, 1], EMPTY + budget))).toEqual(want)
})

test('the rank counts, and not the order of printing', () => {
  const texts = fit([section('a'), section('b')], [1, 0], EMPTY + 3 * 11)
  expect(kept(texts)).toEqual([1, 2])
  expect(texts[0]?.endsWith('9 more')).toBe(true)
})
