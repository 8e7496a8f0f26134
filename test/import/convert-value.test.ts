import { describe, expect, test } from 'vitest'
import { convertValue } from '../../src/import/convert-value.ts'
import type { Parameter } from '../../src/domain/vocabulary.ts'

type Type = Parameter['type']

/** The value, and the note that comes with it; or what is wrong. */
function converted(value: unknown, type: Type): unknown {
  const made = convertValue(value, { type, minimum: 0, maximum: 1, enum: ['a'] })
  if (made === undefined) return 'inherits'
  if ('wrong' in made) return `wrong: ${made.wrong}`
  return made.note === undefined ? [made.value] : [made.value, made.note]
}

const TYPES: readonly Type[] = ['string', 'number', 'integer', 'boolean']

test.each([null, undefined, '', '  \u00a0'])('an account inherits what %j is in its place', (value) => {
  for (const type of TYPES) expect(converted(value, type)).toBe('inherits')
})

describe('what it becomes', () => {
  test.each<[unknown, Type, unknown]>([
    [0, 'number', [0]],
    [-0, 'number', [0]],
    [0.7, 'number', [0.7]],
    // The check says so, at its place.
    [99, 'number', [99]],
    ['0.5', 'number', [0.5, '"0.5" became 0.5']],
    ['0.80', 'number', [0.8, '"0.80" became 0.8']],
    ['.5', 'number', [0.5, '".5" became 0.5']],
    ['-1', 'number', [-1, '"-1" became -1']],
    ['-0.0', 'number', [0, '"-0.0" became 0']],
    ['5E-1', 'number', [0.5, '"5E-1" became 0.5']],
    [`0.${'3'.repeat(60)}`, 'number', [0.3333333333333333, 'a long text became 0.3333333333333333']],
    [4000, 'integer', [4000]],
    ['4000.0', 'integer', [4000, '"4000.0" became 4000']],
    // A Decimal with three places, and not a spreadsheet's.
    ['4.000', 'integer', [4, '"4.000" became 4']],
    [' 16000 ', 'integer', [16000, '" 16000 " became 16000']],
    [true, 'boolean', [true]],
    ['true', 'boolean', [true, '"true" became true']],
    ['False', 'boolean', [false, '"False" became false']],
    ['gpt-4o', 'string', ['gpt-4o']],
    [' b', 'string', [' b']],
    ['4', 'string', ['4']],
  ])('%j as %s', (value, type, expected) => {
    expect(converted(value, type)).toEqual(expected)
  })
})

describe('what is wrong', () => {
  test.each<[unknown, Type, string]>([
    [[0.5], 'number', 'is a list, and a number is expected'],
    [{ value: 1 }, 'integer', 'is an object, and a whole number is expected'],
    [true, 'number', 'is a truth value, and a number is expected'],
    ['hot', 'number', 'is a text that is no number, and a number is expected'],
    ['0x10', 'number', 'is a text that is no number, and a number is expected'],
    ['NaN', 'number', 'is a text that is no number, and a number is expected'],
    ['1e400', 'number', 'is no finite number, and a number is expected'],
    [Infinity, 'number', 'is no finite number, and a number is expected'],
    [NaN, 'integer', 'is no finite number, and a whole number is expected'],
    ['0,7', 'number', 'has a decimal comma, as a German or French spreadsheet writes it, and a number is expected'],
    ['4 000', 'integer', 'has its thousands separated, and a whole number is expected'],
    [0.5, 'integer', 'has decimals, and a whole number is expected'],
    ['4000.5', 'integer', 'has decimals, and a whole number is expected'],
    [2 ** 53, 'integer', 'is too large to be exact, and a whole number is expected'],
    ['9007199254740993', 'number', 'is too large to be exact, and a number is expected'],
    [1, 'boolean', 'is a number, and true or false is expected'],
    ['yes', 'boolean', 'is a text other than true and false, and true or false is expected'],
    [[], 'boolean', 'is a list, and true or false is expected'],
    [4, 'string', 'is a number, and a text is expected'],
    [false, 'string', 'is a truth value, and a text is expected'],
    [{}, 'string', 'is an object, and a text is expected'],
  ])('with %j as %s', (value, type, expected) => {
    expect(converted(value, type)).toBe(`wrong: ${expected}`)
  })
})

test('a long text is searched once', () => {
  const digits = '1'.repeat(1_000_000)
  expect(converted(`${digits}x`, 'number')).toBe('wrong: is a text that is no number, and a number is expected')
  expect(converted(`1${' 000'.repeat(250_000)}x`, 'integer')).toMatch(/^wrong: is a text that is no number/)
})
