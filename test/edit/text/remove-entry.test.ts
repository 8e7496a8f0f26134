import { expect, test } from 'vitest'
import { remove } from '../../../src/edit/text/remove-entry.ts'
import { fileOf } from './support.ts'

const CASES: readonly (readonly [about: string, before: string, path: string, after: string])[] = [
  ['a line', 'a: 1\nb: 2\nc: 3\n', 'b', 'a: 1\nc: 3\n'],
  ['a line with its comment', 'a: 1\nb: 2 # why\nc: 3\n', 'b', 'a: 1\nc: 3\n'],
  ['no comment above it', 'a: 1\n# why\nb: 2\n', 'b', 'a: 1\n# why\n'],
  ['all lines of a mapping', 'a: 1\nb:\n  c: 2\n  d: 3 # why\ne: 4\n', 'b', 'a: 1\ne: 4\n'],
  ['all lines of a block', 'a: 1\nb: |\n  one\n\n  two\n\ne: 4\n', 'b', 'a: 1\n\ne: 4\n'],
  ['a block with the blank lines that it keeps', 'a: 1\nb: |+\n  one\n\n\ne: 4\n', 'b', 'a: 1\ne: 4\n'],
  ['a folded one too', 'a: 1\nb: >+\n  one\n\n\ne: 4\n', 'b', 'a: 1\ne: 4\n'],
  ['and one with an indentation of its own', 'a: 1\nb: |2+\n   one\n\n\ne: 4\n', 'b', 'a: 1\ne: 4\n'],
  ['the blank lines of what is last in it', 'a: 1\nb:\n  c: 1\n  d: |+\n    one\n\n\ne: 4\n', 'b', 'a: 1\ne: 4\n'],
  ['a null that is not written', 'a: 1\nb: # none\nc: 3\n', 'b', 'a: 1\nc: 3\n'],
  ['the last line', 'a: 1\nb: 2\n', 'b', 'a: 1\n'],
  ['the last line of a text without an end', 'a: 1\nb: 2', 'b', 'a: 1'],
  ['the same, by the line ends of the file', 'a: 1\r\nb: 2', 'b', 'a: 1'],
  ['the last line of all', 'b: 2\n', 'b', ''],
  [
    'what would be empty without it',
    'id: a\noverrides:\n  openai:\n    model: m\nz: 1\n',
    'overrides.openai.model',
    'id: a\nz: 1\n',
  ],
  ['no more than that', 'a:\n  b:\n    c: 1\n  d: 2\n', 'a.b.c', 'a:\n  d: 2\n'],
  ['from braces, at the front', 'a: { b: 1, c: 2 } # why\n', 'a.b', 'a: { c: 2 } # why\n'],
  ['from braces, in the middle', 'a: { b: 1, c: 2, d: 3 }\n', 'a.c', 'a: { b: 1, d: 3 }\n'],
  ['from braces, at the end', 'a: { b: 1, c: 2 }\n', 'a.c', 'a: { b: 1 }\n'],
  ['from braces, with its comma at the end', 'a: { b: 1, c: 2, }\n', 'a.c', 'a: { b: 1, }\n'],
  ['what would be empty braces', 'x: 1\na: { b: 1 }\n', 'a.b', 'x: 1\n'],
  ['from braces within braces', 'a: { b: { c: 1 }, d: 2 }\n', 'a.b.c', 'a: { d: 2 }\n'],
  ['its own line between braces', 'a: {\n  b: 1, # why\n  c: 2,\n}\n', 'a.b', 'a: {\n  c: 2,\n}\n'],
  ['its own line and the comma before it', 'a: {\n  b: 1, # why\n  c: 2\n}\n', 'a.c', 'a: {\n  b: 1 # why\n}\n'],
  ['its own line and no comma, where it had one', 'a: {\n  b: 1,\n  c: 2,\n}\n', 'a.c', 'a: {\n  b: 1,\n}\n'],
  ['a line that it shares with the next', 'a: {\n  b: 1, c: 2,\n  d: 3\n}\n', 'a.b', 'a: {\n  c: 2,\n  d: 3\n}\n'],
  [
    'a line that it shares with the one before',
    'a: {\n  b: 1, c: 2,\n  d: 3\n}\n',
    'a.c',
    'a: {\n  b: 1,\n  d: 3\n}\n',
  ],
  ['not a comment before it', 'a: { b: 1, # why\n  c: 2, d: 3 }\n', 'a.c', 'a: { b: 1, # why\n  d: 3 }\n'],
  ['nothing that is not there', 'a: 1\n', 'b', 'a: 1\n'],
  ['nothing below a scalar', 'a: 1\n', 'a.b', 'a: 1\n'],
  ['an explicit key', 'a: 1\n? b\n: 2\nc: 3\n', 'b', 'a: 1\nc: 3\n'],
]

test.each(CASES)('removes %s', (_, before, path, after) => {
  expect(remove(fileOf(before), path.split('.'))).toBe(after)
})
