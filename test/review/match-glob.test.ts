import { expect, test } from 'vitest'
import { globSegments } from '../../src/review/match-glob.ts'

const PATTERNS: readonly (readonly [pattern: string, matches: readonly string[], others: readonly string[]])[] = [
  ['a', ['a'], ['', 'b', 'aa', 'a/a']],
  ['a.yaml', ['a.yaml'], ['a-yaml', 'a.yam', 'xa.yaml']],
  ['*', ['a', 'abc'], ['a/b']],
  ['a*', ['a', 'ab', 'abc'], ['b', 'ba', 'a/b']],
  ['*a', ['a', 'ba', 'aa', 'aba'], ['ab', 'b']],
  ['*.yaml', ['.yaml', 'a.yaml', 'a.b.yaml', 'a.yaml.yaml'], ['a.yml', 'a.yaml.x']],
  ['a*b*c', ['abc', 'axbxc', 'abbc', 'abcbc', 'abcabc'], ['ac', 'abcd', 'acb']],
  ['ab*bc', ['abbc', 'abbbc', 'abxbc'], ['abc', 'abcb']],
  ['?', ['a', '*', '😀'], ['', 'ab']],
  ['a?c', ['abc', 'a?c'], ['ac', 'abbc']],
  ['*?b', ['ab', 'aab', 'bb'], ['b', 'aba']],
  ['a/b', ['a/b'], ['a', 'b', 'a/b/c', 'a/c']],
  ['a/*/c', ['a/b/c'], ['a/c', 'a/b/b/c']],
  ['**', ['a', 'a/b', 'a/b/c'], []],
  ['**/c', ['c', 'b/c', 'a/b/c', 'c/c'], ['c/d', 'a']],
  ['a/**', ['a', 'a/b', 'a/b/c'], ['b', 'b/a']],
  ['a/**/c', ['a/c', 'a/b/c', 'a/b/b/c', 'a/c/c'], ['a', 'c', 'a/c/b', 'b/c']],
  ['**/b/**/d', ['b/d', 'a/b/c/d', 'b/b/d/d', 'b/x/b/d'], ['b', 'd', 'd/b', 'a/b/d/e']],
  ['a/***', ['a/b'], ['a', 'a/b/c']],
]

test.each(PATTERNS)('%s matches %j and not %j', (pattern, matches, others) => {
  const fits = (path: string): boolean => globSegments(pattern.split('/'), path.split('/'))
  expect(matches.filter((path) => !fits(path))).toEqual([])
  expect(others.filter(fits)).toEqual([])
})

test('a path of no folder at all is matched by stars alone', () => {
  expect(globSegments([], [])).toBe(true)
  expect(globSegments(['**', '**'], [])).toBe(true)
  expect(globSegments(['*'], [])).toBe(false)
  expect(globSegments([], ['a'])).toBe(false)
})

test('no pattern takes longer than the product of both lengths', () => {
  const [many, path] = [Array.from({ length: 40 }, () => '**'), Array.from({ length: 400 }, () => 'a')]
  expect(globSegments([...many.flatMap((star) => [star, 'a']), 'b'], path)).toBe(false)
  expect(globSegments([`${'*a'.repeat(40)}b`], ['a'.repeat(400)])).toBe(false)
})
