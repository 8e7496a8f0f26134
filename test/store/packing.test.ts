import { describe, expect, test } from 'vitest'
import type { Account } from '../../src/domain/settings-types.ts'
import { MAX_OBJECT_BYTES, type Ref, lengthOf } from '../../src/store/format/object-ref.ts'
import { MAX_PACKS } from '../../src/store/format/pack.ts'
import { neededBy } from '../../src/store/packing/needed-objects.ts'
import { repack } from '../../src/store/packing/repack.ts'
import { randomFrom } from '../support/corpus.ts'
import { type Content, GLOBALS, manyAccounts, objectsOf, openai } from '../sdk/store.ts'
import { Objects } from './packed.ts'

const MANY = manyAccounts(9000)
/** Half of the bytes are texts, so that the content is several packs long. */
const LONG = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`t${i}`, prompted(i)]))

function prompted(i: number): Account {
  const value = `${i} `.repeat(50_000)
  return { plan: 'growth', prompts: { clustering: { customized: true, default: 'Group', value } } }
}

/** Adds what a compile of this content would write, and packs it after another release. */
async function release(
  store: Objects,
  content: Content,
  before: Ref | null = null,
): Promise<{ packs: Ref | null; root: Ref; written: number }> {
  const { objects, root } = objectsOf(content)
  store.add(objects)
  const plan = await store.pack(before, root)
  return { packs: plan.packs, root, written: plan.objects.length }
}

const without = (accounts: Readonly<Record<string, Account>>, gone: (i: number) => boolean): Record<string, Account> =>
  Object.fromEntries(Object.entries(accounts).filter((_, i) => !gone(i)))

const edited = (n: number): Record<string, Account> => {
  const edits = Array.from({ length: n }, (_, i) => [`a${i * 37}`, openai('scale', { max_tokens: i + 7 })] as const)
  return { ...MANY, ...Object.fromEntries(edits) }
}

describe('the packs of a release', () => {
  test('there are none while a full load reads 64 objects or fewer', async () => {
    const store = new Objects()
    const few = await release(store, { accounts: manyAccounts(3000) })
    expect((await store.use(few.packs, few.root)).needed).toBeLessThanOrEqual(64)
    expect(few).toMatchObject({ packs: null, written: 0 })
  })

  test('they hold all that a full load reads and nothing else, the root first', async () => {
    const store = new Objects()
    const { packs, root } = await release(store, { accounts: { ...MANY, ...LONG } })
    const { tree, leaves, texts } = await neededBy(root, store.read)
    const names = store.packsIn(packs ?? '').flatMap((pack) => store.namesIn(pack))
    expect(names).toEqual([...tree, ...leaves, ...texts])
    expect(names[0]).toBe(root)
    expect(Math.max(...store.packsIn(packs ?? '').map(lengthOf))).toBeLessThanOrEqual(MAX_OBJECT_BYTES)
  })

  test('one change writes no pack, and reads no more than it changed and the tree', async () => {
    const store = new Objects()
    const first = await release(store, { accounts: MANY })
    const { objects, root } = objectsOf({ accounts: edited(1) })
    store.add(objects)
    store.reads = 0
    expect(await store.pack(first.packs, root)).toEqual({ packs: first.packs, objects: [] })
    expect(store.reads).toBeLessThan(10)
  })

  test('packs that hold all and little else stay, whoever asks', async () => {
    const store = new Objects()
    const { packs, root } = await release(store, { accounts: MANY })
    const reads = { content: store.read, last: store.read }
    expect(await repack(packs, store.packsIn(packs ?? ''), root, reads)).toEqual({ packs, objects: [] })
  })

  test('the same content again, and one that was before, need no new pack', async () => {
    const store = new Objects()
    const first = await release(store, { accounts: MANY })
    const next = await release(store, { accounts: edited(3) }, first.packs)
    const back = await release(store, { accounts: MANY }, next.packs)
    expect([next.written, back]).toEqual([0, { packs: first.packs, root: first.root, written: 0 }])
  })

  test('more than 64 objects in no pack are packed; large packs stay, and the small one is merged', async () => {
    const store = new Objects()
    const first = await release(store, { accounts: { ...MANY, ...LONG } })
    const before = store.packsIn(first.packs ?? '')
    const next = await release(store, { accounts: { ...edited(200), ...LONG } }, first.packs)
    const after = store.packsIn(next.packs ?? '')
    expect(next.packs).not.toBe(first.packs)
    expect(after.filter((pack) => before.includes(pack)).length).toBeGreaterThan(0)
    expect(await store.use(next.packs, next.root)).toMatchObject({ loose: [] })
    expect(store.namesIn(after[0] ?? '')[0]).toBe(next.root)
    const third = await release(store, { accounts: { ...edited(240), ...LONG } }, next.packs)
    expect(store.packsIn(third.packs ?? '').length).toBeLessThanOrEqual(after.length)
  })

  test('a pack of which more than a fifth is not needed is written anew', async () => {
    const store = new Objects()
    const first = await release(store, { accounts: LONG, globals: GLOBALS })
    const some = await release(store, { accounts: without(LONG, (i) => i < 5) }, first.packs)
    expect(some.packs).toBe(first.packs)
    const fewer = await release(store, { accounts: without(LONG, (i) => i < 22) }, some.packs)
    expect(fewer.packs).not.toBe(first.packs)
    expect((await store.use(fewer.packs, fewer.root)).unused.every((share) => share <= 0.2)).toBe(true)
  })

  test('few accounts that are left need none', async () => {
    const store = new Objects()
    const first = await release(store, { accounts: MANY })
    expect(await release(store, { accounts: manyAccounts(10) }, first.packs)).toMatchObject({ packs: null, written: 0 })
  })

  test('what cannot be read of the last ones is packed anew; content that cannot be read changes nothing', async () => {
    const store = new Objects()
    const first = await release(store, { accounts: MANY })
    const list = first.packs ?? ''
    for (const gone of [list, ...store.packsIn(list)]) {
      const bytes = await store.read(gone)
      store.all.delete(gone)
      expect(await store.pack(list, first.root)).toMatchObject({ packs: list, objects: [{}, {}] })
      store.all.set(gone, bytes)
    }
    const notAList = [...store.all.keys()][0] ?? ''
    expect(await store.pack(notAList, first.root)).toMatchObject({ packs: list })
    const other = objectsOf({ accounts: edited(100) })
    store.add(other.objects)
    store.all.delete(other.root)
    expect(await store.pack(list, other.root)).toEqual({ packs: list, objects: [] })
  })

  test('whatever happens: at most 64 objects in no pack, at most 64 packs, and they end in the same tree', async () => {
    const random = randomFrom(11)
    const chance = (percent: number): boolean => random.below(100) < percent
    const store = new Objects()
    let accounts: Record<string, Account> = { ...manyAccounts(5000) }
    let packs: Ref | null = null
    let written = 0
    const rounds = 60
    for (let round = 0; round < rounds; round++) {
      const edits = chance(20) ? 400 : 1 + random.below(8)
      for (let i = 0; i < edits; i++) {
        const id = `a${random.below(6000)}`
        if (chance(20)) delete accounts[id]
        else if (chance(2)) accounts[id] = prompted(random.below(5))
        else accounts[id] = openai('growth', { max_tokens: random.below(9000) })
      }
      if (chance(5)) accounts = without(accounts, (i) => i % 3 === 0)
      const made = await release(store, { accounts }, packs)
      packs = made.packs
      written += made.written > 0 ? 1 : 0
      const { loose, unused } = await store.use(packs, made.root)
      expect(loose.length).toBeLessThanOrEqual(64)
      expect(unused.length).toBeLessThanOrEqual(MAX_PACKS)
      // Looked at closely when packs are written, and as a whole before.
      expect(Math.max(0, ...unused)).toBeLessThan(0.45)
    }
    expect(written).toBeGreaterThan(3)
    expect(written).toBeLessThan(rounds * 0.7)
  })
})
