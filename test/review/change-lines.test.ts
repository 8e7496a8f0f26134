import { expect, test } from 'vitest'
import type { Change } from '../../src/compare/diff-types.ts'
import { changeLines } from '../../src/review/render/change-lines.ts'

const moves = (count: number): string[] =>
  changeLines(Array.from({ length: count }, (_, i) => ({ field: `plan_${i}`, old: i, new: i + 1 })))

test('twelve moves are listed, and of more than these twelve and how many others', () => {
  expect(moves(12)).toHaveLength(12)
  expect(moves(12).at(-1)).toBe('`plan_11`: `11` → `12`')
  expect(moves(13)).toEqual([...moves(12), '1 more'])
  expect(moves(1_512).at(-1)).toBe('1,500 more')
})

test('a field that moves in the same way in several functions is one move', () => {
  const of = (fn: string, now: string): Change => ({ field: `functions.${fn}.model`, old: 'a', new: now })
  const lines = changeLines([of('x', 'b'), of('y', 'b'), of('z', 'c')])
  expect(lines).toEqual(['`model`: `a` → `b` in `x`, `y`', '`model`: `a` → `c` in `z`'])
})
