import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { textObject } from '../../src/store/format/object-ref.ts'
import {
  type Region,
  checkNode,
  findIn,
  findWritten,
  hashId,
  readRegion,
  writeRegion,
} from '../../src/store/format/account-tree.ts'
import { runs, settle } from './seed.ts'

beforeAll(settle)

const DEPTH = 7
const LEVELS = 8

const ref = fc.string().map((text) => textObject(text).ref)

/** A node's whole content, down to the last of its levels. */
function region(levels: number): fc.Arbitrary<Region> {
  const leaf = ref.map((to) => `L${to}`)
  if (levels === 0)
    return fc.oneof(
      fc.constant(null),
      leaf,
      ref.map((to) => `N${to}`),
    )
  return fc.oneof({ maxDepth: levels }, fc.constant(null), leaf, fc.tuple(region(levels - 1), region(levels - 1)))
}

test('a region is read as it was written, and found as in what was read', () => {
  fc.assert(
    fc.property(region(LEVELS), fc.array(fc.string(), { minLength: 1 }), (value, ids) => {
      const bytes = writeRegion(value)
      expect(readRegion(bytes, DEPTH)).toEqual(value)
      for (const hash of ids.map(hashId)) expect(findWritten(bytes, hash, DEPTH)).toEqual(findIn(value, hash, DEPTH))
    }),
    runs(200),
  )
})

test('there is one encoding: whatever else can be read is what reading it gives, written again', () => {
  fc.assert(
    fc.property(
      region(LEVELS),
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0, max: 2 }),
      (value, at, byte, way) => {
        const bytes = writeRegion(value)
        const place = at % bytes.length
        const changed = way === 0 ? bytes.subarray(0, place) : Buffer.concat([bytes, Buffer.of(byte)])
        if (way === 2) changed[place] = byte
        let read: Region
        try {
          read = readRegion(changed, DEPTH)
        } catch (error) {
          expect(String(error)).toContain('a tree')
          return
        }
        expect(writeRegion(read).equals(changed)).toBe(true)
      },
    ),
    runs(500),
  )
})

test.each([
  ['nothing', Buffer.of(), 'a bad region'],
  ['a kind that there is not', Buffer.of(2), 'a bad region'],
  ['half a branch', Buffer.of(1, 0), 'a bad region'],
  ['a reference that is cut short', writeRegion(`L${textObject('a').ref}`).subarray(0, 30), 'a bad reference'],
  ['a node before the object is full', writeRegion(`N${textObject('a').ref}`), 'goes on before its object is full'],
  ['more than one region', Buffer.of(0, 0), 'more than one region'],
  ['more levels than an object has', Buffer.alloc(1000, 1), 'a bad region'],
])('%s is refused', (_, bytes, why) => {
  expect(() => readRegion(bytes, DEPTH)).toThrow(why)
  expect(() => checkNode(bytes)).toThrow()
})
