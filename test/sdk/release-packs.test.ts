import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MAX_OBJECT_BYTES, type Ref, hexOf, pathOf, textObject, toObject } from '../../src/store/format/object-ref.ts'
import { indexPack, writePackList, writePacks } from '../../src/store/format/pack.ts'
import type { Settings } from '../../src/sdk/index.ts'
import { randomFrom } from '../support/corpus.ts'
import { type PackedStore, among, packedStore } from './packed-store.ts'
import { codesOf, numbersIn } from './rooted.ts'
import { codeOf } from './store.ts'

/** What a service answers, for accounts of every kind. */
function answersOf(settings: Settings): unknown {
  const ids = ['acme', 'other', 'prompted', 'nobody', ...Array.from({ length: 90 }, (_, i) => `a${i * 97}`)]
  return ids.map((id) => [
    settings.getModelConfig('generate_content', id),
    settings.getEffectivePrompt(id, 'clustering'),
  ])
}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done))

/** Opens a store with its packs, and gives the events that it began with. */
async function opened(store: PackedStore): Promise<{ settings: Settings; codes: string[] }> {
  const settings = await store.open()
  const codes = codesOf(settings)
  await turn()
  return { settings, codes }
}

describe('a full load', () => {
  test('is a few requests right after packing, and the answers are those of single objects', async () => {
    const store = await packedStore()
    const server = await store.serve()
    const settings = await store.open({ store: server.origin })
    const asked = server.take().map(({ path }) => path)
    expect(asked.length).toBeLessThanOrEqual(5)
    expect(asked).toContain(`/${pathOf(store.packs[0] ?? '')}`)
    const answers = answersOf(settings)
    await store.publish(among(1), { packs: null })
    const single = await store.open({ store: server.origin })
    expect(server.take().length).toBeGreaterThan(100)
    expect(answersOf(single)).toEqual(answers)
  })

  test('after one change it reads what changed singly; a running service reads no pack', async () => {
    const store = await packedStore()
    const server = await store.serve()
    const settings = await store.open({ store: server.origin })
    const { list } = store
    await store.publish(among(2))
    server.take()
    expect([store.list, await settings.refresh(), numbersIn(settings)]).toEqual([list, true, [2, 2]])
    const asked = server.take().map(({ path }) => path)
    expect(asked.length).toBeLessThanOrEqual(9)
    expect(asked.filter((path) => store.packs.map(pathOf).includes(path.slice(1)))).toEqual([])
    expect(numbersIn(await store.open({ store: server.origin }))).toEqual([2, 2])
    expect(server.take().length).toBeLessThanOrEqual(14)
  })

  test('a running service reads the new packs where much has changed', async () => {
    const store = await packedStore()
    const server = await store.serve()
    const settings = await store.open({ store: server.origin })
    await store.publish(among(3, 240))
    server.take()
    expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [3, 3]])
    expect(server.take().length).toBeLessThanOrEqual(6)
    expect(answersOf(settings)).toEqual(answersOf(await store.open()))
  })

  test('a lazy service ignores packs', async () => {
    const store = await packedStore()
    const server = await store.serve()
    const settings = await store.open({ store: server.origin, mode: 'lazy' })
    await settings.account('acme')
    const packs = [store.list, ...store.packs].map((ref) => `/${pathOf(ref)}`)
    expect(server.take().filter(({ path }) => packs.includes(path))).toEqual([])
    for (const ref of [store.list, ...store.packs]) rmSync(store.file(ref))
    await settings.account('other')
    expect(numbersIn(settings)).toEqual([1, 1])
  })
})

describe('a pack is of no use, and the answers are right all the same', () => {
  const bytesOf = (store: PackedStore, ref: Ref): Buffer => readFileSync(store.file(ref))
  const named = async (store: PackedStore, ...packs: Uint8Array[]): Promise<void> => {
    const objects = packs.map(toObject)
    for (const object of objects) store.put(object)
    const list = store.put(writePackList(objects.map(({ ref }) => ref)))
    await store.publish(among(1), { packs: list })
  }
  const listed = async (store: PackedStore, text: string): Promise<void> => {
    await store.publish(among(1), { packs: store.put(textObject(text)) })
  }
  const first = (store: PackedStore): Ref => store.packs[0] ?? ''

  test.each<readonly [name: string, spoil: (store: PackedStore) => unknown]>([
    ['missing', (store) => rmSync(store.file(first(store)))],
    ['cut', (store) => writeFileSync(store.file(first(store)), bytesOf(store, first(store)).subarray(0, -100))],
    [
      'longer',
      (store) => writeFileSync(store.file(first(store)), Buffer.concat([bytesOf(store, first(store)), Buffer.of(0)])),
    ],
    [
      'swapped with another object',
      (store) => writeFileSync(store.file(first(store)), bytesOf(store, store.head().root)),
    ],
    ['16 MiB of nothing', (store) => named(store, Buffer.alloc(MAX_OBJECT_BYTES))],
    [
      '16 MiB of single bytes',
      (store) => named(store, Buffer.alloc(MAX_OBJECT_BYTES, Buffer.from('\0\0\x01a', 'latin1'))),
    ],
    ['cut by its publisher', (store) => named(store, bytesOf(store, first(store)).subarray(0, -100))],
    ['no pack', (store) => named(store, Buffer.from('{"a":1}'))],
    ['a list that is missing', (store) => rmSync(store.file(store.list))],
    ['a list that is no list', (store) => listed(store, '{}')],
    ['a list of none', (store) => listed(store, '[]')],
    ['a list with one pack twice', (store) => listed(store, JSON.stringify([first(store), first(store)]))],
    ['a list of objects that are no packs', (store) => listed(store, JSON.stringify([store.head().root]))],
    ['a list that names itself', (store) => listed(store, JSON.stringify([store.list]))],
    ['a list of objects that are nowhere', (store) => listed(store, JSON.stringify([textObject('nowhere').ref]))],
    ['the root as its list', async (store) => store.publish(among(1), { packs: store.head().root })],
  ])('%s: one event', async (_, spoil) => {
    const store = await packedStore()
    const answers = answersOf((await opened(store)).settings)
    await spoil(store)
    const { settings, codes } = await opened(store)
    expect([codes, settings.status.state]).toEqual([['pack_unusable'], 'ready'])
    expect(answersOf(settings)).toEqual(answers)
  })

  test.each<readonly [name: string, spoil: (store: PackedStore) => Promise<void>]>([
    [
      'with strangers',
      async (store) => {
        const strangers = Array.from({ length: 50 }, (_, i) => textObject(`stranger ${i}`))
        const [pack] = writePacks(strangers)
        await named(store, Buffer.concat([pack?.bytes ?? Buffer.of(), bytesOf(store, first(store))]))
      },
    ],
    ['of strangers alone', (store) => named(store, Buffer.from('\0\0\x01a', 'latin1'))],
    [
      'in another order',
      async (store) => {
        const objects = [...indexPack(bytesOf(store, first(store)))].map(([ref, bytes]) => ({ ref, bytes }))
        await named(store, ...writePacks(objects.toReversed()).map(({ bytes }) => bytes))
      },
    ],
    [
      'twice, under two names',
      (store) =>
        named(
          store,
          bytesOf(store, first(store)),
          Buffer.concat([Buffer.from('\0\0\x01a', 'latin1'), bytesOf(store, first(store))]),
        ),
    ],
  ])('%s: no event', async (_, spoil) => {
    const store = await packedStore()
    const answers = answersOf((await opened(store)).settings)
    await spoil(store)
    const { settings, codes } = await opened(store)
    expect(codes).toEqual([])
    expect(answersOf(settings)).toEqual(answers)
  })

  test('it does not stand for an object that is missing singly, and the other way round', async () => {
    const store = await packedStore()
    const { root } = store.head()
    rmSync(store.file(root))
    expect(numbersIn((await opened(store)).settings)).toEqual([1, 1])
    rmSync(store.file(first(store)))
    expect(await codeOf(() => store.open())).toBe('store_damaged')
  })
})

test('random damage, in packs, lists and objects: a release is read, or refused, and never wrong', async () => {
  const random = randomFrom(Number(process.env['TENFOLD_SEED'] ?? 5))
  const store = await packedStore(among(1))
  await store.publish(among(2, 70))
  await store.publish(among(3, 71))
  const answers = answersOf((await opened(store)).settings)
  const files = readdirSync(join(store.folder, 'objects'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(store.folder, 'objects', name))
    .filter((file) => statSync(file).isFile())
  const important = [store.list, ...store.packs, store.head().root].map((ref) => store.file(ref))
  const counts = { read: 0, refused: 0, warned: 0 }
  for (let round = 0; round < 120; round++) {
    const damaged = new Map<string, Buffer>()
    for (let i = random.below(4); i >= 0; i--) {
      const file = random.below(2) === 0 ? random.of(important) : random.of(files)
      if (damaged.has(file)) continue
      const bytes = readFileSync(file)
      damaged.set(file, bytes)
      const at = random.below(bytes.length)
      const change = random.below(5)
      if (change === 0) rmSync(file)
      else if (change === 1) writeFileSync(file, bytes.subarray(0, at))
      else if (change === 2) writeFileSync(file, readFileSync(random.of(files)))
      else if (change === 3) writeFileSync(file, Buffer.concat([bytes, bytes.subarray(at)]))
      else
        writeFileSync(
          file,
          Buffer.concat([
            bytes.subarray(0, at),
            Buffer.of((bytes[at] ?? 0) ^ (1 << random.below(8))),
            bytes.subarray(at + 1),
          ]),
        )
    }
    try {
      const { settings, codes } = await opened(store)
      expect(answersOf(settings)).toEqual(answers)
      await settings.close()
      counts.read++
      if (codes.length > 0) counts.warned++
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      expect(error.code).toBe('store_damaged')
      counts.refused++
    }
    for (const [file, bytes] of damaged) writeFileSync(file, bytes)
  }
  console.log(`packs under damage: ${JSON.stringify(counts)}`)
  expect(Math.min(counts.read, counts.warned)).toBeGreaterThan(10)
  expect(numbersIn((await opened(store)).settings)).toEqual([3, 3])
})

describe('a cacheDir', () => {
  const objectsIn = (folder: string): string[] =>
    readdirSync(join(folder, 'objects'), { recursive: true, encoding: 'utf8' }).flatMap((name) => name.slice(3) || [])

  test('keeps packs as packs, and starts from them without the store', async () => {
    const store = await packedStore()
    const cacheDir = join(store.base, 'cache')
    const alone = (): Promise<Settings> => store.open({ cacheDir, store: `file:${store.base}/none` })
    await (await store.open({ cacheDir })).close()
    const [trust, list, ...packs] = [store.head().trust ?? '', store.list, ...store.packs].map(hexOf)
    expect(objectsIn(cacheDir).toSorted()).toEqual([trust, list, ...packs].toSorted())
    expect(numbersIn(await alone())).toEqual([1, 1])
  })

  test('goes with the releases: singles, new packs, and packs that are gone', async () => {
    const store = await packedStore()
    const cacheDir = join(store.base, 'cache')
    const alone = async (): Promise<number[]> => {
      const settings = await store.open({ cacheDir, store: `file:${store.base}/none` })
      const numbers = numbersIn(settings)
      await settings.close()
      return numbers
    }
    const settings = await store.open({ cacheDir })
    const codes = codesOf(settings)
    const steps = [() => among(2), () => among(3, 30), () => among(4, 240), () => among(5, 241)]
    for (const [i, step] of steps.entries()) {
      await store.publish(step())
      expect([await settings.refresh(), await alone()]).toEqual([true, [i + 2, i + 2]])
    }
    await store.publish(among(6, 241), { packs: null })
    expect([await settings.refresh(), await alone()]).toEqual([true, [6, 6]])
    store.clock.now += 3_600_001
    await store.publish(among(7, 241))
    expect([await settings.refresh(), await alone()]).toEqual([true, [7, 7]])
    for (const ref of store.packs) rmSync(store.file(ref))
    rmSync(cacheDir, { recursive: true })
    await store.publish(among(8, 240), { packs: store.list })
    expect([await settings.refresh(), codes]).toEqual([true, []])
    expect(await alone()).toEqual([8, 8])
    expect(codes).toEqual([])
  })
})
