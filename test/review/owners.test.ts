import { describe, expect, test } from 'vitest'
import { ownersIn } from '../../src/review/codeowners.ts'

describe('a pattern', () => {
  test.each([
    ['*', ['a', 'a/b/c', '.x/y'], []],
    ['*.js', ['a.js', 'b/c/a.js'], ['a.ts', 'a.jsx']],
    ['/build/logs/', ['build/logs/a', 'build/logs/a/b'], ['build/logs', 'x/build/logs/a', 'build/logsx/a']],
    ['docs/*', ['docs/a.md'], ['docs/b/a.md', 'x/docs/a.md']],
    ['apps/', ['apps/a', 'x/apps/a/b'], ['apps', 'x/apps']],
    ['/docs/', ['docs/a'], ['x/docs/a']],
    ['/scripts', ['scripts', 'scripts/a/b'], ['x/scripts']],
    ['**/logs', ['logs', 'build/logs/a', 'a/b/logs'], ['build/mylogs']],
    ['/apps/github', ['apps/github', 'apps/github/x'], ['apps/gitlab']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b/c'], ['b', 'x/a/b', 'a/bx']],
    ['/src/**', ['src/a', 'src/a/b'], ['src', 'x/src/a']],
    ['file?.txt', ['file1.txt', 'x/fileä.txt'], ['file.txt', 'file12.txt', 'file/.txt']],
    ['package*.json', ['package.json', 'package-lock.json', 'x/package.json'], ['package.json5', 'xpackage.json']],
    ['.gitattributes', ['.gitattributes', 'config/.gitattributes'], ['gitattributes', 'x.gitattributes']],
    ['a\\ b/', ['a b/c'], ['a/c']],
    ['/a.c', ['a.c'], ['axc', 'A.c']],
    ['(a+)[b]$', ['(a+)[b]$'], ['aab']],
  ])('%s', (pattern, owned, others) => {
    const isOwned = ownersIn(`${pattern} @ada`)
    for (const path of owned) expect(isOwned(path), path).toBe(true)
    for (const path of others) expect(isOwned(path), path).toBe(false)
  })
})

test('the last line that matches counts, and one without an owner takes ownership away', () => {
  const isOwned = ownersIn('# all of it\r\n* @ada @team/x\r\n\r\n/src/ # nobody\n/src/core/ ada@example.org # again\n')
  expect(['a', 'src/a', 'src/core/a'].map(isOwned)).toEqual([true, false, true])
  expect(ownersIn('')('a')).toBe(false)
})

test('GitLab’s sections count each for itself, with the owners of their heading', () => {
  const isOwned = ownersIn('[Documents] @docs\ndocs/\n*.md\n^[Database][2]\n/db/ @dba\n/docs/db/\n')
  expect(['docs/a', 'x.md', 'db/a', 'docs/db/x', 'src/a'].map(isOwned)).toEqual([true, true, true, true, false])
})

test('a heading is one only where it is the whole line', () => {
  expect(ownersIn('[Docs][12] @docs\ndocs/\n')('docs/a')).toBe(true)
  expect(ownersIn('[Docs][x]\ndocs/\n')('docs/a')).toBe(true)
  expect(ownersIn('  [Docs] # @docs\ndocs/\n')('docs/a')).toBe(false)
  expect(ownersIn('[Docs]\ndocs/\n')('docs/a')).toBe(false)
  expect(ownersIn('docs/[ab] @ada\n')('docs/[ab]')).toBe(true)
})

test('a comment begins where a word does', () => {
  expect(ownersIn('a#b @ada\n')('a#b')).toBe(true)
  expect(ownersIn('\\#a @ada\n')('#a')).toBe(true)
  expect(ownersIn('#a @ada\n')('a')).toBe(false)
  expect(ownersIn('a #@ada\n')('a')).toBe(false)
  expect(ownersIn('docs/a# @ada\n')('docs/a#')).toBe(true)
})

test('no pattern takes long, whatever the path', () => {
  const isOwned = ownersIn(`/${'**/*a*'.repeat(40)}/b @ada\n${'*a'.repeat(400)}b @ada\n`)
  // One way after another through so many stars would not end.
  expect(isOwned(`${'a/'.repeat(1_000)}${'a'.repeat(3_000)}`)).toBe(false)
})
