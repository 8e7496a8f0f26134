import { describe, expect, test } from 'vitest'
import {
  NODE_BITS,
  ROOT_BITS,
  type Region,
  bitAt,
  checkNode,
  findIn,
  findWritten,
  hashId,
  isBoundary,
  readNode,
  readRegion,
  refsOf,
  writeRegion,
} from '../../src/store/format/account-tree.ts'
import { Malformed } from '../../src/store/format/decode-json.ts'
import { hexOf, lengthOf, textObject } from '../../src/store/format/object-ref.ts'

const [ONE, TWO] = [textObject('one').ref, textObject('x'.repeat(70_000)).ref]
const LEAF = `L${ONE}`
const NODE = `N${TWO}`

/** A reference's bytes: a kind, 32 of the digest, and three of the length. */
function encoded(kind: number, ref: string): Buffer {
  const length = lengthOf(ref)
  return Buffer.from([kind, ...Buffer.from(hexOf(ref), 'hex'), length >> 16, (length >> 8) & 255, length & 255])
}

/** A region of so many levels, with another one at the end of all its zeros. */
function deep(levels: number, region: Region): Region {
  return levels === 0 ? region : [deep(levels - 1, region), null]
}

test('the bits of a hash are read from the highest on', () => {
  const hash = Buffer.of(0b1000_0001, 0b0100_0000)
  expect(Array.from({ length: 18 }, (_, i) => bitAt(hash, i))).toEqual([
    1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
  ])
  expect(Buffer.from(hashId('acme')).toString('hex')).toBe(
    '822b33ad87c148a0a20a5ba7cd5ebcaa68d36a18e7aad165554903f52ca82757',
  )
})

describe('a region', () => {
  test.each<[about: string, region: Region, bytes: Buffer]>([
    ['of nobody is one byte', null, Buffer.of(0)],
    ['of one leaf is a reference', LEAF, encoded(0x4c, ONE)],
    [
      'of two halves has the zeros first',
      [LEAF, null],
      Buffer.concat([Buffer.of(1), encoded(0x4c, ONE), Buffer.of(0)]),
    ],
    [
      'is written half by half',
      [null, [`L${TWO}`, LEAF]],
      Buffer.concat([Buffer.of(1, 0, 1), encoded(0x4c, TWO), encoded(0x4c, ONE)]),
    ],
    [
      'of a whole object may go on in another',
      deep(ROOT_BITS, NODE),
      Buffer.concat([Buffer.alloc(ROOT_BITS, 1), encoded(0x4e, TWO), Buffer.alloc(ROOT_BITS)]),
    ],
  ])('%s', (_, region, bytes) => {
    expect(writeRegion(region)).toEqual(bytes)
    expect(readRegion(bytes, 0)).toEqual(region)
    expect(readRegion(Buffer.concat([Buffer.from('ab'), bytes]), 0, 2)).toEqual(region)
  })

  test('of a node has one level more than that of the root', () => {
    const [root, node] = [deep(ROOT_BITS, NODE), deep(NODE_BITS, NODE)]
    expect(readRegion(writeRegion(node), ROOT_BITS)).toEqual(node)
    expect(() => readRegion(writeRegion(node), 0)).toThrow(new Malformed('a tree has a bad region'))
    expect(() => readRegion(writeRegion(root), ROOT_BITS)).toThrow(
      new Malformed('a tree goes on before its object is full'),
    )
  })

  test.each<[about: string, bytes: Buffer, message: string]>([
    ['nothing', Buffer.of(), 'a tree has a bad region'],
    ['another kind', Buffer.of(2), 'a tree has a bad region'],
    ['half of two halves', Buffer.of(1, 0), 'a tree has a bad region'],
    ['a cut reference', encoded(0x4c, ONE).subarray(0, -1), 'a tree has a bad reference'],
    ['more than one', Buffer.of(0, 0), 'a tree has more than one region in an object'],
    ['a node too early', encoded(0x4e, ONE), 'a tree goes on before its object is full'],
  ])('is not %s', (_, bytes, message) => {
    expect(() => readRegion(bytes, 0)).toThrow(new Malformed(message))
  })
})

test('a node begins with two halves', () => {
  const node = writeRegion([LEAF, null])
  expect(readNode(node, ROOT_BITS)).toEqual([LEAF, null])
  expect(checkNode(node)).toBe(node)
  for (const bytes of [writeRegion(LEAF), writeRegion(null)]) {
    expect(() => readNode(bytes, ROOT_BITS)).toThrow(new Malformed('a node does not begin with two halves'))
    expect(() => checkNode(bytes)).toThrow(Malformed)
  }
})

test('a search ends at a leaf, a node or nobody, encoded or not', () => {
  const region: Region = [
    [LEAF, null],
    [`L${TWO}`, [null, LEAF]],
  ]
  const bytes = writeRegion(region)
  const found = (bits: number, depth = 0): unknown => {
    const hash = Buffer.of(bits, 0)
    expect(findWritten(bytes, hash, depth)).toEqual(findIn(region, hash, depth))
    return findIn(region, hash, depth)
  }
  expect(found(0b0000_0000)).toEqual({ region: LEAF, depth: 2 })
  expect(found(0b0100_0000)).toEqual({ region: null, depth: 2 })
  expect(found(0b1000_0000)).toEqual({ region: `L${TWO}`, depth: 2 })
  expect(found(0b1100_0000)).toEqual({ region: null, depth: 3 })
  expect(found(0b1110_0000)).toEqual({ region: LEAF, depth: 3 })
  expect(found(0b0000_0111, 5)).toEqual({ region: LEAF, depth: 8 })
  expect(findWritten(writeRegion(LEAF), Buffer.of(0), 3)).toEqual({ region: LEAF, depth: 3 })
})

test('the references of a region come in the order of the hash, with their depths', () => {
  expect([...refsOf([[LEAF, null], NODE], 7)]).toEqual([
    { kind: 'leaf', ref: ONE, depth: 9 },
    { kind: 'node', ref: TWO, depth: 8 },
  ])
  expect([...refsOf(null, 0)]).toEqual([])
})

test('an object begins at the root, seven levels below it, and every eight below that', () => {
  const begins = Array.from({ length: 32 }, (_, depth) => depth).filter(isBoundary)
  expect(begins).toEqual([7, 15, 23, 31])
})
