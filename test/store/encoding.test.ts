import { describe, expect, test } from 'vitest'
import { canonical } from '../../src/store/format/canonical-json.ts'
import * as decode from '../../src/store/format/decode-json.ts'
import { readTime } from '../../src/store/format/decode-time.ts'
import { FORMAT, checkFormat } from '../../src/store/format/format-version.ts'

describe('the canonical form', () => {
  test.each<[unknown, string]>([
    ['a', '"a"'],
    ['a "b" \\', '"a \\"b\\" \\\\"'],
    ['é\u2028\n', '"é\u2028\\n"'],
    ['', '""'],
    [null, 'null'],
    [true, 'true'],
    [-0.5, '-0.5'],
    [-0, '0'],
    [1e21, '1e+21'],
    [[], '[]'],
    [[1, [2], null], '[1,[2],null]'],
    [{}, '{}'],
    [{ b: 1, a: [], B: { 'ä"': 2 } }, '{"B":{"ä\\"":2},"a":[],"b":1}'],
    // By UTF-16 units, so that a pair of surrogates comes before U+FFxx.
    [{ '\uff5e': 1, '😀': 2 }, '{"😀":2,"\uff5e":1}'],
    [{ b: undefined, a: 1, c: undefined }, '{"a":1}'],
    [{ b: undefined }, '{}'],
  ])('%j is %s', (value, text) => expect(canonical(value)).toBe(text))

  test.each([
    [undefined, 'a undefined has no encoding'],
    [Number.NaN, 'a number has no encoding'],
    [Number.POSITIVE_INFINITY, 'a number has no encoding'],
    [1n, 'a bigint has no encoding'],
    [[() => 1], 'a function has no encoding'],
  ])('%s has none', (value, message) => expect(() => canonical(value)).toThrow(new TypeError(message)))
})

const SAME = (value: unknown): unknown => value

describe('what is read', () => {
  test.each<[string, (value: unknown, what: string) => unknown, readonly unknown[]]>([
    ['an object', decode.object, [{}, { a: 1 }]],
    ['a string', decode.string, ['', 'a']],
    ['an integer', decode.integer, [0, -3, Number.MAX_SAFE_INTEGER]],
    ['a number', decode.number, [0.5, -3]],
    ['a boolean', decode.boolean, [true, false]],
    ['a list', (value, what) => decode.list(value, what, decode.string), [[], ['a', 'b']]],
    ['a dictionary', (value, what) => decode.dict(value, what, decode.integer), [{}, { a: 1, b: 2 }]],
    ['something optional', (value, what) => decode.optional(value, what, decode.string), ['a', undefined]],
    ['one of several', decode.oneOf(['a', 'b']), ['a', 'b']],
    ['a scalar', decode.scalar, ['', 0, false]],
    ['a time', readTime, ['2026-01-31T00:00:00Z', '2024-02-29T23:59:59.123456Z']],
  ])('%s', (_, read, values) => {
    for (const value of values) expect(read(value, 'it')).toEqual(value)
  })

  test.each<[string, (value: unknown, what: string) => unknown, readonly unknown[]]>([
    ['it is not an object', decode.object, [null, [], 'a', 1, undefined]],
    ['it is not a string', decode.string, [1, null, ['a'], undefined]],
    ['it is not an integer', decode.integer, [0.5, 2 ** 53, Number.NaN, '1', null]],
    ['it is not a number', decode.number, ['1', null, true]],
    ['it is not true or false', decode.boolean, [0, 'true', null]],
    ['it is not a list', (value, what) => decode.list(value, what, SAME), [{}, { length: 0 }, 'a', null]],
    ['it[1] is not a string', (value, what) => decode.list(value, what, decode.string), [['a', 1]]],
    ['it is not an object', (value, what) => decode.dict(value, what, SAME), [[], null]],
    ['it.b is not an integer', (value, what) => decode.dict(value, what, decode.integer), [{ a: 1, b: '2' }]],
    ['it is not a string', (value, what) => decode.optional(value, what, decode.string), [null, 1]],
    ['it is none of a, b', decode.oneOf(['a', 'b']), ['c', '', null, 0, undefined]],
    ['it is not a scalar', decode.scalar, [null, {}, [], undefined]],
    ['it is not a string', readTime, [0, null]],
    [
      'it is not a time in UTC',
      readTime,
      [
        '2026-02-31T00:00:00Z',
        '2026-13-01T00:00:00Z',
        '2026-01-31T24:00:00Z',
        '2026-01-31T00:00:60Z',
        '2026-01-31',
        '2026-01-31T00:00:00',
        '2026-01-31T00:00:00+00:00',
        '2026-01-31T00:00:00.Z',
        '2026-01-31 00:00:00Z',
        '+02026-01-31T00:00:00Z',
        '2026-01-31T00:00:00Z ',
        '',
      ],
    ],
  ])('%s', (message, read, values) => {
    for (const value of values) expect(() => read(value, 'it'), String(value)).toThrow(new decode.Malformed(message))
  })
})

test('a member that the format does not name is refused by its name', () => {
  expect(() => decode.noMore({}, 'it')).not.toThrow()
  expect(() => decode.noMore({ 'a b': undefined }, 'it')).toThrow(
    new decode.Malformed('it has a member that the format does not name: "a b"'),
  )
})

test('JSON is read from UTF-8 and from nothing else', () => {
  expect(decode.parseJson(Buffer.from('{"a":"é"}'), 'it')).toEqual({ a: 'é' })
  for (const bytes of [Buffer.from('{'), Buffer.of(0x22, 0xff, 0x22), Buffer.from('\ufeff1'), Buffer.of()]) {
    expect(() => decode.parseJson(bytes, 'it')).toThrow(new decode.Malformed('it is not JSON'))
  }
})

test('an earlier format counts as absent, and any other needs another program', () => {
  expect(() => checkFormat(FORMAT, 'it')).not.toThrow()
  expect(() => checkFormat(1, 'it')).toThrow(
    new decode.EarlierFormat('it is of format 1, which this version does not read'),
  )
  expect(() => checkFormat(1, 'it')).toThrow(decode.EarlierFormat)
  for (const other of [FORMAT + 1, 0, -1, 1.5, '1', null, undefined]) {
    expect(() => checkFormat(other, 'it')).toThrow(decode.OtherFormat)
    expect(() => checkFormat(other, 'it')).not.toThrow(decode.EarlierFormat)
  }
})
