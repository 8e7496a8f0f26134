import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toObject } from '../../src/store/format/object-ref.ts'
import type { OpenOptions, Settings } from '../../src/sdk/index.ts'
import { FaultyServer, status } from '../support/faulty-http.ts'
import { DAY, RootedStore, codesOf, numbered, numbersIn, rootedStore } from './rooted.ts'
import { codeOf } from './store.ts'

interface Kept {
  readonly store: RootedStore
  readonly cacheDir: string
  /** As a service starts, with the store as it is or without any. */
  open(over?: Partial<OpenOptions>): Promise<Settings>
  alone(over?: Partial<OpenOptions>): Promise<Settings>
}

/** A service that has seen release 2 and has ended. */
async function kept(): Promise<Kept> {
  const store = await rootedStore()
  await store.publish(numbered(2))
  const cacheDir = join(store.base, 'cache')
  const open = (over: Partial<OpenOptions> = {}): Promise<Settings> => store.open({ cacheDir, ...over })
  await (await open()).close()
  return { store, cacheDir, open, alone: (over) => open({ store: `file:${store.base}/none`, ...over }) }
}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done))

function filesIn(cacheDir: string): string[] {
  const entries = readdirSync(cacheDir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}

describe('starting without the store', () => {
  test('the last good release answers, stale from the beginning; the error is told after opening', async () => {
    const { store, alone } = await kept()
    store.clock.now += 1000
    const settings = await alone()
    const errors = codesOf(settings)
    const stale: unknown[] = []
    settings.on('stale', (told) => stale.push(told))
    expect([settings.status, numbersIn(settings), errors]).toEqual([
      { state: 'stale', seq: 2, commit: 'commit-2', ageMs: 1000 },
      [2, 2],
      [],
    ])
    await turn()
    expect([errors, stale.length]).toEqual([['store_not_found'], 1])
    await settings.refresh()
    expect([errors.length, stale.length, settings.status.state]).toEqual([2, 1, 'stale'])
  })

  test('it is ready again when the store is, and takes nothing older', async () => {
    const { store, open } = await kept()
    const good = readFileSync(store.headFile)
    await store.publish(numbered(1), { seq: 1 })
    const settings = await open()
    const errors = codesOf(settings)
    await turn()
    expect([errors, numbersIn(settings), settings.status.state]).toEqual([['rollback_refused'], [2, 2], 'stale'])
    store.write(good)
    expect([await settings.refresh(), settings.status]).toEqual([
      false,
      expect.objectContaining({ state: 'ready', seq: 2, ageMs: 0 }),
    ])
    await store.publish(numbered(3))
    expect([await settings.refresh(), numbersIn(settings)]).toEqual([true, [3, 3]])
  })

  test('an expired release is not started from; it still says what is too old', async () => {
    const { store, alone, open } = await kept()
    store.clock.now += DAY
    const error: unknown = await alone().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'store_not_found' })
    expect(String(error)).toContain('expired at')
    await store.publish(numbered(1), { seq: 1 })
    expect(await codeOf(() => open())).toBe('rollback_refused')
    await store.publish(numbered(3), { seq: 3 })
    expect(numbersIn(await open())).toEqual([3, 3])
  })

  test('no kept release, none of this environment, or one under another root', async () => {
    const { store, alone, open, cacheDir } = await kept()
    expect(await codeOf(() => alone({ cacheDir: join(store.base, 'empty') }))).toBe('store_not_found')
    expect(await codeOf(() => alone({ environment: 'staging' }))).toBe('store_not_found')
    await store.publish(numbered(5), { seq: 1, environment: 'staging' })
    expect(await codeOf(() => open({ environment: 'production' }).then(({ status: { state } }) => state))).toBe(
      'no error',
    )
    const staging = await open({ environment: 'staging' })
    expect([numbersIn(staging), staging.status.state]).toEqual([[5, 5], 'ready'])
    const stranger = await rootedStore()
    const other = await stranger.open({ cacheDir })
    const errors = codesOf(other)
    await turn()
    expect([numbersIn(other), errors]).toEqual([[1, 1], ['root_refused']])
  })
})

describe('damage', () => {
  const harms: [string, (file: string) => void][] = [
    [
      'flipped',
      (file) =>
        writeFileSync(
          file,
          readFileSync(file).map((byte, i) => (i === 10 ? byte ^ 4 : byte)),
        ),
    ],
    ['cut', (file) => truncateSync(file, 3)],
    ['longer', (file) => appendFileSync(file, ' ')],
    ['foreign', (file) => writeFileSync(file, 'foreign')],
    ['missing', (file) => rmSync(file)],
    [
      'a folder',
      (file) => {
        rmSync(file)
        mkdirSync(file)
      },
    ],
  ]
  test.each(harms)('%s: every file of it, one at a time', async (_, harm) => {
    const { store, cacheDir, open, alone } = await kept()
    const good = readFileSync(store.headFile)
    for (const file of filesIn(cacheDir)) {
      const bytes = readFileSync(file)
      const isHead = file.endsWith('head.json')
      harm(file)
      expect(await codeOf(() => alone())).toBe('store_not_found')
      if (!isHead) {
        // The head is good: what is older is refused, and what it names is read from the store.
        await store.publish(numbered(1), { seq: 1 })
        const settings = await open()
        expect([numbersIn(settings), settings.status.state]).toEqual([[2, 2], 'stale'])
        store.write(good)
      }
      const settings = await open()
      expect([numbersIn(settings), settings.status.state]).toEqual([[2, 2], 'ready'])
      if (_ === 'a folder') rmSync(file, { recursive: true })
      else expect(readFileSync(file).equals(bytes)).toBe(true)
      writeFileSync(file, bytes)
    }
  })

  test('objects that are missing everywhere: an older release is refused all the same', async () => {
    const { store, cacheDir, open } = await kept()
    const { root } = store.head()
    rmSync(store.file(root))
    rmSync(join(cacheDir, 'objects', store.file(root).slice(-67)))
    await store.publish(numbered(1), { seq: 1 })
    expect(await codeOf(() => open())).toBe('rollback_refused')
  })
})

describe('what is kept', () => {
  test('objects are read from it rather than from the store', async () => {
    const store = await rootedStore()
    const server = await new FaultyServer(store.folder).listen()
    const over = { store: server.origin, cacheDir: join(store.base, 'cache') }
    await store.open(over)
    expect(server.take().length).toBeGreaterThan(5)
    const again = await store.open(over)
    expect(server.take().map(({ path }) => path)).toEqual(['/head.json'])
    server.fault = () => status(500)
    expect((await store.open(over)).status.state).toBe('stale')
    expect(numbersIn(again)).toEqual([1, 1])
  })

  test('what nothing needs is taken away after an hour, and nothing that somebody else put there', async () => {
    const { store, cacheDir, open, alone } = await kept()
    const [own, other] = [join(cacheDir, 'objects', 'README'), join(cacheDir, 'notes.tmp')]
    const half = join(cacheDir, `${'a'.repeat(16)}.tmp`)
    for (const file of [own, other, half]) writeFileSync(file, '')
    const old = new Date(Date.now() - 3 * 3_600_000)
    for (const file of filesIn(cacheDir)) utimesSync(file, old, old)
    const before = filesIn(cacheDir)
    const settings = await open()
    store.clock.now += 3_600_001
    await store.publish({ accounts: {} })
    await settings.refresh()
    const after = filesIn(cacheDir)
    expect(before.filter((file) => !after.includes(file)).length).toBeGreaterThan(2)
    expect([own, other, half].map((file) => existsSync(file))).toEqual([true, true, false])
    expect((await alone()).getModelConfig('generate_content', 'acme').known).toBe(false)
  })

  test('a folder that is emptied while the service runs is filled again', async () => {
    const { store, cacheDir, open, alone } = await kept()
    const settings = await open()
    rmSync(cacheDir, { recursive: true })
    store.clock.now += 3_600_001
    await store.publish(numbered(2, { extra: { plan: 'free' } }))
    expect(await settings.refresh()).toBe(true)
    expect(numbersIn(await alone())).toEqual([2, 2])
  })

  test('roots that nobody vouches for do not fill the disk', async () => {
    const { store, cacheDir, open } = await kept()
    const settings = await open()
    const before = filesIn(cacheDir)
    for (let i = 0; i < 5; i++) {
      const trust = store.put(toObject(Buffer.alloc(100_000, i)))
      await store.publish(numbered(9), { seq: 9, trust })
      await settings.refresh()
    }
    expect(filesIn(cacheDir)).toEqual(before)
  })

  test('two services in one folder: it holds the newer one’s release, whole', async () => {
    const { store, cacheDir, open, alone } = await kept()
    const [a, b] = [await open(), await open()]
    for (let n = 3; n < 30; n++) {
      await store.publish(numbered(n))
      await Promise.all(n % 3 === 0 ? [a.refresh(), b.refresh()] : [(n % 3 === 1 ? a : b).refresh()])
      expect(readFileSync(join(cacheDir, 'head.json')).equals(readFileSync(store.headFile))).toBe(true)
      const third = await alone()
      expect(numbersIn(third)).toEqual([n, n])
      await third.close()
    }
    // One that wakes up late with an older head does not put it back.
    const newest = readFileSync(store.headFile)
    const late = await open({ cacheDir: join(store.base, 'other') })
    await store.publish(numbered(40))
    await Promise.all([a.refresh(), b.refresh()])
    expect([numbersIn(late), newest.equals(readFileSync(join(cacheDir, 'head.json')))]).toEqual([[29, 29], false])
  })

  test('not the store itself, and not nowhere', async () => {
    const store = await rootedStore()
    expect(await codeOf(() => store.open({ cacheDir: store.folder }))).toBe('invalid_option')
    expect(await codeOf(() => store.open({ cacheDir: `${store.folder}/../store/` }))).toBe('invalid_option')
    expect(await codeOf(() => store.open({ cacheDir: '' }))).toBe('invalid_option')
  })
})
