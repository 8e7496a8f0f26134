import { beforeAll, expect, test } from 'vitest'
import { readLeaf } from '../../src/store/format/account-leaf.ts'
import { Malformed } from '../../src/store/format/decode-json.ts'
import type { Ref } from '../../src/store/format/object-ref.ts'
import { readRoot } from '../../src/store/format/content-root.ts'
import { type Region, readRegion, refsOf } from '../../src/store/format/account-tree.ts'
import { leafFor, leafRefFor, leavesOf, walk } from '../../src/store/format/walk-tree.ts'
import { manyAccounts, objectsOf } from '../sdk/store.ts'

const COUNT = 20_000
let accounts: Region = null
const objects = new Map<Ref, Uint8Array>()

beforeAll(() => {
  const made = objectsOf({ accounts: manyAccounts(COUNT) })
  for (const { ref, bytes } of made.objects) objects.set(ref, bytes)
  accounts = readRoot(bytesOf(made.root)).accounts
})

function bytesOf(ref: Ref): Uint8Array {
  const bytes = objects.get(ref)
  if (bytes === undefined) throw new Malformed(`there is no object ${ref}`)
  return bytes
}

const open = (ref: Ref, depth: number): Region => readRegion(bytesOf(ref), depth)

test('every node and leaf is visited once, and every account is in one of the leaves', async () => {
  const visited: Ref[] = []
  const ids: string[] = []
  await walk(accounts, async ({ kind, ref, depth }) => {
    visited.push(ref)
    if (kind === 'node') return open(ref, depth)
    ids.push(...readLeaf(bytesOf(ref)).lines.keys())
    return undefined
  })
  expect(visited.length).toBeGreaterThan(200)
  expect(new Set(visited).size).toBe(visited.length)
  expect(ids.sort()).toEqual(Object.keys(manyAccounts(COUNT)).sort())
  const leaves = [...leavesOf(accounts, open)]
  expect(leaves).toEqual(visited.filter((ref) => leaves.includes(ref)))
})

test('a node that is passed by is not gone into', async () => {
  const visited: Ref[] = []
  await walk(accounts, async ({ ref }) => {
    visited.push(ref)
    return undefined
  })
  expect(visited).toEqual([...refsOf(accounts, 0)].map(({ ref }) => ref))
})

test('an account is found in its leaf, at once and by waiting, and a stranger in a leaf without it or nowhere', async () => {
  const read = async (ref: Ref): Promise<Uint8Array> => bytesOf(ref)
  for (const id of ['a0', 'a7', `a${COUNT - 1}`]) {
    const ref = leafRefFor(accounts, id, open)
    const leaf = await leafFor(accounts, id, read)
    expect(leaf).toBe(objects.get(ref ?? ''))
    expect(leaf && readLeaf(leaf).lines.has(id)).toBe(true)
  }
  const leaf = await leafFor(accounts, 'nobody', read)
  expect(leaf === undefined || !readLeaf(leaf).lines.has('nobody')).toBe(true)
  expect([await leafFor(null, 'a0', read), leafRefFor(null, 'a0', open)]).toEqual([undefined, undefined])
})

test('damage below ends the walk', async () => {
  const broken = async (): Promise<Region> => readRegion(Buffer.from('?'), 0)
  await expect(walk(accounts, broken)).rejects.toThrow(Malformed)
})
