import { describe, expect, test } from 'vitest'
import { Malformed } from '../../src/store/format/decode-json.ts'
import { MAX_OBJECT_BYTES, lengthOf, textObject, toObject } from '../../src/store/format/object-ref.ts'
import {
  MAX_PACKED,
  indexPack,
  objectsOfPack,
  readPackList,
  writePackList,
  writePacks,
} from '../../src/store/format/pack.ts'

const OBJECTS = ['one', 'two', 'three'].map(textObject)

describe('a pack', () => {
  test('has three bytes of length before each object, in the order given', () => {
    const [pack] = writePacks(OBJECTS)
    expect(Buffer.from(pack?.bytes ?? []).toString('latin1')).toBe('\0\0\x03one\0\0\x03two\0\0\x05three')
    expect([...indexPack(pack?.bytes ?? Buffer.of()).keys()]).toEqual(OBJECTS.map(({ ref }) => ref))
  })

  test('holds no empty object, and none that would not fit', () => {
    const longest = toObject(Buffer.alloc(MAX_OBJECT_BYTES - 3))
    const packs = writePacks([textObject(''), ...OBJECTS, toObject(Buffer.alloc(MAX_OBJECT_BYTES - 2)), longest])
    expect(packs.map(({ ref }) => lengthOf(ref))).toEqual([20, MAX_OBJECT_BYTES])
  })

  test('ends at 16 MiB, and after 65,536 objects', () => {
    const large = Array.from({ length: 5 }, (_, i) => toObject(Buffer.alloc(5_000_000, i)))
    expect(writePacks(large).map(({ bytes }) => [...objectsOfPack(bytes)].length)).toEqual([3, 2])
    const small = Array.from({ length: MAX_PACKED + 1 }, (_, i) => textObject(String(i)))
    expect(writePacks(small).map(({ bytes }) => [...objectsOfPack(bytes)].length)).toEqual([MAX_PACKED, 1])
  })

  test.each<readonly [name: string, bytes: Uint8Array]>([
    ['cut within a length', Buffer.from('\0\0\x03one\0\0', 'latin1')],
    ['cut within an object', Buffer.from('\0\0\x03one\0\0\x03tw', 'latin1')],
    ['16 MiB of nothing', Buffer.alloc(MAX_OBJECT_BYTES)],
    ['16 MiB of single bytes', Buffer.alloc(MAX_OBJECT_BYTES, Buffer.from('\0\0\x01a', 'latin1'))],
    ['no pack at all', Buffer.from('[{"a":1}]')],
  ])('%s is malformed, and found out soon', (_, bytes) => {
    expect(() => indexPack(bytes)).toThrow(Malformed)
  })
})

describe('the list of packs', () => {
  test('is the references as JSON', () => {
    const refs = OBJECTS.map(({ ref }) => ref)
    const { bytes } = writePackList(refs)
    expect(Buffer.from(bytes).toString()).toBe(JSON.stringify(refs))
    expect(readPackList(bytes)).toEqual(refs)
  })

  const [a = ''] = OBJECTS.map(({ ref }) => ref)
  const many = Array.from({ length: 65 }, (_, i) => textObject(String(i)).ref)
  test.each<readonly [name: string, text: string]>([
    ['not JSON', '['],
    ['an object', '{}'],
    ['empty', '[]'],
    ['of more than 64', JSON.stringify(many)],
    ['with one twice', JSON.stringify([a, a])],
    ['with something else', JSON.stringify([a, 1])],
    ['with a reference that is none', JSON.stringify([a.slice(1)])],
    ['in another spelling', `[ "${a}" ]`],
  ])('%s is malformed', (_, text) => {
    expect(() => readPackList(Buffer.from(text))).toThrow(Malformed)
  })
})
