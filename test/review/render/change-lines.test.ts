import { expect, test } from 'vitest'
import type { Change } from '../../../src/compare/diff-types.ts'
import { arrow, changeLines, named } from '../../../src/review/render/change-lines.ts'

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

test('what is of no function is not of one that has its name', () => {
  const lines = changeLines([
    { field: 'functions.x.model', old: 'a', new: 'b' },
    { field: 'model', old: 'a', new: 'b' },
    { field: 'functions.x.y.model', old: 'a', new: 'b' },
    { field: 'functions.model', old: 1, new: 2 },
  ])
  expect(lines).toEqual(['`model`: `a` → `b` in `x`, `x.y`', '`model`: `a` → `b`', '`functions.model`: `1` → `2`'])
})

const LONG = 'x'.repeat(81)
test.each<[old: unknown, now: unknown, text: string]>([
  ['a', 'b', '`a` → `b`'],
  [null, 'b', '— → `b`'],
  [0, null, '`0` → —'],
  ['a', LONG, '+1 −1 lines'],
  [LONG, 'a', '+1 −1 lines'],
  ['a\nb', 'a\nc\nd', '+2 −1 lines'],
  ['a\nb', 'a\nb\nc', '+1 −0 line'],
  ['a\nb', 'a', '+0 −1 line'],
  [null, 'a\nb', 'a text, +2 −0 lines'],
  ['a\nb', null, 'the text is gone, +0 −2 lines'],
  [5, 'a\nb', '+2 −0 lines'],
  ['a\nb', 5, '+0 −2 lines'],
  ['a\n', 'b', '`"a\\n"` → `b`'],
  ['x'.repeat(80), 1, `\`${'x'.repeat(80)}\` → \`1\``],
])('%j to %j is %s', (old, now, text) => expect(arrow({ old, new: now })).toBe(text))

test('a few names are listed, and of more how many others there are', () => {
  expect(named([])).toBe('')
  expect(named(['a', 'b'], 2)).toBe('`a`, `b`')
  expect(named(['a', 'b', 'c'], 2)).toBe('`a`, `b` and 1 more')
  expect(named(Array(1_006).fill('a'))).toBe(`${'`a`, '.repeat(6).slice(0, -2)} and 1,000 more`)
})
