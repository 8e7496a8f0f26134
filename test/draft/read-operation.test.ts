import { describe, expect, test } from 'vitest'
import { json, readOperation } from '../../src/draft/read-operation.ts'
import { Malformed } from '../../src/store/format/decode-json.ts'

const AT = { file: 'accounts/acme', path: ['overrides', 'openai'] }

describe('an operation', () => {
  test.each([
    { op: 'set', ...AT, value: 'a', saw: null },
    { op: 'set', ...AT, value: ['a', 1, true], saw: [1] },
    { op: 'set', ...AT, value: { a: { b: 0 }, c: [] }, saw: { a: { b: null } } },
    { op: 'unset', ...AT, saw: 'a' },
    { op: 'add', ...AT, item: 'a' },
    { op: 'take', ...AT, item: '' },
    { op: 'text', ...AT, value: 'a', saw: '' },
    { op: 'text', file: 'settings', path: [], value: 'a', saw: 'b' },
    { op: 'create', file: 'prompts/ideas', value: '' },
    { op: 'delete', file: 'plans', saw: '' },
  ])('is read: %j', (operation) => {
    expect(readOperation(operation, 'it')).toEqual(operation)
    expect(readOperation({ ...operation, more: 1 }, 'it')).toEqual(operation)
  })

  test('that has seen nothing saw null', () => {
    expect(readOperation({ op: 'unset', ...AT }, 'it')).toEqual({ op: 'unset', ...AT, saw: null })
  })

  const proto: unknown = JSON.parse('{"a":{"__proto__":1}}')
  test.each<[value: unknown, message: string]>([
    [null, 'it is not an object'],
    [{ op: 'run', ...AT }, 'it.op is none of set, unset, add, take, text, create, delete'],
    [{ ...AT }, 'it.op is none of set, unset, add, take, text, create, delete'],
    [{ op: 'set', path: ['a'], value: 1 }, 'it.file is not a string'],
    [{ op: 'set', ...AT, file: '../settings', value: 1 }, 'it.file is no file of a configuration'],
    [{ op: 'create', file: 'settings' }, 'it.value is not a string'],
    [{ op: 'delete', file: 'settings', saw: null }, 'it.saw is not a string'],
    [{ op: 'set', file: 'settings', value: 1 }, 'it.path is not a list'],
    [{ op: 'set', file: 'settings', path: ['a', 1], value: 1 }, 'it.path[1] is not a string'],
    [{ op: 'set', file: 'settings', path: [], value: 1 }, 'it.path is empty'],
    [{ op: 'unset', file: 'settings', path: [] }, 'it.path is empty'],
    [{ op: 'add', file: 'settings', path: [], item: 'a' }, 'it.path is empty'],
    [{ op: 'unset', file: 'settings', path: ['a', '__proto__'] }, 'it.path has a key that no file can have'],
    [
      { op: 'text', file: 'settings', path: ['__proto__'], value: 'a', saw: '' },
      'it.path has a key that no file can have',
    ],
    [{ op: 'text', ...AT, value: 1, saw: '' }, 'it.value is not a string'],
    [{ op: 'text', ...AT, value: 'a', saw: null }, 'it.saw is not a string'],
    [{ op: 'add', ...AT, item: 1 }, 'it.item is not a string'],
    [{ op: 'take', ...AT }, 'it.item is not a string'],
    [{ op: 'set', ...AT, value: null }, 'it.value is not a scalar'],
    [{ op: 'set', ...AT }, 'it.value is not a scalar'],
    [{ op: 'set', ...AT, value: ['a', ['b']] }, 'it.value[1] is not a scalar'],
    [{ op: 'set', ...AT, value: { a: { b: null } } }, 'it.value.a.b is not a scalar'],
    [{ op: 'set', ...AT, value: proto }, 'it.value.a has a key that no file can have'],
    [{ op: 'set', ...AT, value: 1, saw: () => 1 }, 'it.saw is not a scalar'],
  ])('is not read: %j', (value, message) => {
    expect(() => readOperation(value, 'it')).toThrow(new Malformed(message))
  })
})

test('JSON is what was parsed, and nothing that is absent', () => {
  const value = { a: [1, 'b', null, { c: true }], d: {} }
  expect(json(value, 'it')).toEqual(value)
  expect(json({ a: undefined }, 'it')).toEqual({ a: null })
  expect(() => json({ a: [Symbol('b')] }, 'it')).toThrow(new Malformed('it.a[0] is not a scalar'))
})
