import { describe, expect, test } from 'vitest'
import {
  behindColon,
  columnOf,
  endOf,
  layoutOf,
  lineStart,
  linesEnd,
  nextLine,
} from '../../../src/edit/text/lines-and-indentation.ts'
import { type Entry, type MapNode, nodeAt } from '../../../src/source/source-nodes.ts'
import { fileOf } from './support.ts'

function mapAt(text: string, path: readonly string[] = []): MapNode {
  const map = nodeAt(fileOf(text).root, path)
  if (map?.is !== 'map') throw new Error('there is no mapping')
  return map
}

function firstOf(text: string): Entry {
  const [entry] = mapAt(text).entries
  if (entry === undefined) throw new Error('there is no entry')
  return entry
}

describe('the layout', () => {
  test.each<[text: string, eol: string, step: number]>([
    ['a: 1\n', '\n', 2],
    ['a: 1', '\n', 2],
    ['a: 1\r\nb: 2\n', '\r\n', 2],
    ['a: 1\nb: 2\r\n', '\n', 2],
    ['a:\n    b: 1\n', '\n', 4],
    ['a:\n b: 1\n', '\n', 1],
    ['a:\n         b: 1\n', '\n', 9],
    ['a:\n          b: 1\n', '\n', 2],
    ['a:\n          b: 1\nc:\n   d: 1\n', '\n', 3],
    ['x: 1\ny: { z: 1 }\na:\n   b: 1\n', '\n', 3],
    ['  x: 1\n  a:\n     b: 1\n', '\n', 3],
    ['{ a: { b: 1 } }\r\n', '\r\n', 2],
    ['{\n    a: {\n    b: 1 } }\n', '\n', 2],
    ['- a:\n     b: 1\n', '\n', 2],
    ['', '\n', 2],
  ])('of %j', (text, eol, step) => expect(layoutOf(fileOf(text))).toEqual({ eol, step }))
})

describe('the column of the keys', () => {
  test.each<[text: string, path: string[], column: number]>([
    ['a: 1\n', [], 0],
    ['  a: 1\n', [], 2],
    ['a:\n   b: 1\n', ['a'], 3],
    ['a:\n   ? b\n   : 1\n', ['a'], 3],
    ['x: 1\na:\n   # why\n   "b": 1\n', ['a'], 3],
  ])('in %j at %j', (text, path, column) => expect(columnOf(text, mapAt(text, path))).toBe(column))
})

test('a line begins behind the last line end, and the next one behind the next', () => {
  const text = 'ab\n\ncd'
  expect([0, 1, 2, 3, 4, 5, 6].map((at) => lineStart(text, at))).toEqual([0, 0, 0, 3, 4, 4, 4])
  expect([0, 1, 2, 3, 4, 5, 6].map((at) => nextLine(text, at))).toEqual([3, 3, 3, 4, 6, 6, 6])
  expect(nextLine('\n', 0)).toBe(1)
})

describe('the first entry', () => {
  test.each<[text: string, content: string, lines: string]>([
    ['a: 1 # why\nb: 2\n', 'a: 1', 'a: 1 # why\n'],
    ['a: 1', 'a: 1', 'a: 1'],
    ['a: # why\nb: 2\n', 'a:', 'a: # why\n'],
    ['a:\n  b: 1\n  c: # why\nd: 2\n', 'a:\n  b: 1\n  c:', 'a:\n  b: 1\n  c: # why\n'],
    ['a: { b: 1,\n  c: 2 } # why\nd: 2\n', 'a: { b: 1,\n  c: 2 }', 'a: { b: 1,\n  c: 2 } # why\n'],
    ['a:\n  b: { c: 1,\n    d: 2 }\ne: 1\n', 'a:\n  b: { c: 1,\n    d: 2 }', 'a:\n  b: { c: 1,\n    d: 2 }\n'],
    ['a: 1\n\n\nb: 2\n', 'a: 1', 'a: 1\n'],
    ['a: "+"\n\nb: 2\n', 'a: "+"', 'a: "+"\n'],
    ['a: [+]\n\nb: 2\n', 'a: [+]', 'a: [+]\n'],
    ['a: |+\n  x\n\n \n\nb: 2\n', 'a: |+\n  x\n\n \n\n', 'a: |+\n  x\n\n \n\n'],
    ['a: |\n  x +\n\nb: 2\n', 'a: |\n  x +\n', 'a: |\n  x +\n'],
    [
      'a:\n  c: 1\n  b: >2+\n    x\n\n\ne: 2\n',
      'a:\n  c: 1\n  b: >2+\n    x\n\n\n',
      'a:\n  c: 1\n  b: >2+\n    x\n\n\n',
    ],
    ['? a\n# why\n: 1\nb: 2\n', '? a\n# why\n: 1', '? a\n# why\n: 1\n'],
    ['? a\n# why\n# more\n:\nb: 2\n', '? a\n# why\n# more\n:', '? a\n# why\n# more\n:\n'],
    ['? a\nb: 2\n', '? a', '? a\n'],
  ])('of %j', (text, content, lines) => {
    const entry = firstOf(text)
    expect(text.slice(0, endOf(text, entry)).trimEnd()).toBe(content.trimEnd())
    expect(text.slice(0, linesEnd(text, entry))).toBe(lines)
  })

  test.each<[text: string, colon: number | undefined]>([
    ['a: 1\n', 2],
    ['a : 1\n', 3],
    ['"a": 1\n', 4],
    ['? a\n: 1\n', 5],
    ['? a\n# why: not\n: 1\n', 16],
    ['? a\nb: 2\n', undefined],
  ])('of %j has its colon before %s', (text, colon) => expect(behindColon(text, firstOf(text))).toBe(colon))
})
