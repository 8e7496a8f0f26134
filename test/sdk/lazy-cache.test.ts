import { existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { OpenOptions, Settings } from '../../src/sdk/index.ts'
import { FaultyServer, status } from '../support/faulty-http.ts'
import { type RootedStore, codesOf, rootedStore } from './rooted.ts'
import { codeOf, manyAccounts, objectsOf, openai } from './store.ts'

const COUNT = 3000

interface Kept {
  readonly store: RootedStore
  readonly server: FaultyServer
  readonly cacheDir: string
  /** With the store behind the server, or with none. */
  open(over?: Partial<OpenOptions>): Promise<Settings>
  alone(over?: Partial<OpenOptions>): Promise<Settings>
}

async function kept(): Promise<Kept> {
  const store = await rootedStore()
  await store.publish({ accounts: manyAccounts(COUNT) })
  const server = await new FaultyServer(store.folder).listen()
  const cacheDir = join(store.base, 'cache')
  const open = (over: Partial<OpenOptions> = {}): Promise<Settings> =>
    store.open({ mode: 'lazy', cacheDir, store: server.origin, ...over })
  return { store, server, cacheDir, open, alone: (over) => open({ store: `file:${store.base}/none`, ...over }) }
}

function tokens(settings: Settings, id: string): number | undefined {
  return settings.getModelConfig('generate_content', id).maxTokens
}

function filesIn(cacheDir: string): string[] {
  const entries = readdirSync(cacheDir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}

function age(cacheDir: string): void {
  const old = new Date(Date.now() - 3 * 3_600_000)
  for (const file of filesIn(cacheDir)) utimesSync(file, old, old)
}

test('what was read is kept: a start without the store works for the accounts that were read, and for no others', async () => {
  const { open, alone, cacheDir } = await kept()
  const first = await open()
  for (const id of ['a1', 'new']) await first.account(id)
  await first.close()
  expect(filesIn(cacheDir).length).toBeLessThan(10)
  const settings = await alone()
  expect([
    settings.status.state,
    await settings.account('a1'),
    tokens(settings, 'a1'),
    await settings.account('new'),
  ]).toEqual(['stale', true, 2, false])
  const far = await Promise.all(Array.from({ length: 50 }, (_, i) => codeOf(() => settings.account(`a${i * 50 + 7}`))))
  expect(far.filter((code) => code === 'store_damaged').length).toBeGreaterThan(20)
})

test('nothing is read twice, from start to start', async () => {
  const { open, server } = await kept()
  await (await open()).account('a1')
  server.take()
  const settings = await open()
  expect([await settings.account('a1'), server.take().map(({ path }) => path)]).toEqual([true, ['/head.json']])
  server.fault = () => status(500)
  expect([await codeOf(() => settings.account('a2000')), await settings.account('a1')]).toEqual([
    'store_unreadable',
    true,
  ])
})

test('it is never taken for all of it: full mode over the same folder fetches the rest, and needs the store for it', async () => {
  const { open, alone, store } = await kept()
  await (await open()).account('a1')
  expect(await codeOf(() => alone({ mode: 'full' }))).toBe('store_not_found')
  const full = await open({ mode: 'full' })
  expect([tokens(full, 'a1'), tokens(full, 'a2999')]).toEqual([2, 3000])
  const again = await alone({ mode: 'full' })
  expect([tokens(again, 'a1'), tokens(again, 'a2999'), again.status.state]).toEqual([2, 3000, 'stale'])
  await store.publish({ accounts: { ...manyAccounts(COUNT), a1: openai('growth', { max_tokens: 7777 }) } })
  const lazy = await open()
  expect([await lazy.account('a1'), tokens(lazy, 'a1'), await lazy.account('a2999')]).toEqual([true, 7777, true])
})

test('damaged there, an object is read from the store again', async () => {
  const { open, cacheDir } = await kept()
  await (await open()).account('a1')
  for (const file of filesIn(cacheDir)) if (!file.endsWith('head.json')) writeFileSync(file, 'foreign')
  const settings = await open()
  expect([await settings.account('a1'), tokens(settings, 'a1'), settings.status.state]).toEqual([true, 2, 'ready'])
})

test('what the release still has stays, in memory or not; what it no longer has is taken away', async () => {
  const { store, open, alone, cacheDir } = await kept()
  // So little memory that the first is long gone from it.
  const settings = await open({ lazy: { maxBytes: 4000 } })
  for (const id of ['a1', 'a2', 'a1500', 'a1501', 'a2900']) await settings.account(id)
  expect(await codeOf(() => tokens(settings, 'a1'))).toBe('account_not_loaded')
  age(cacheDir)
  store.clock.now += 3_600_001
  const before = filesIn(cacheDir)
  const accounts = { ...manyAccounts(COUNT), a1500: openai('growth', { max_tokens: 7777 }) }
  await store.publish({ accounts })
  expect(await settings.refresh()).toBe(true)
  const gone = before.filter((file) => !existsSync(file))
  // The globals, the root of trust and the other leaves are the same; the root object and that one leaf are not.
  expect([gone.length >= 1, gone.length <= 3]).toEqual([true, true])
  const later = await alone()
  for (const id of ['a1', 'a2', 'a2900'])
    expect([await later.account(id), tokens(later, id)]).toEqual([true, Number(id.slice(1)) + 1])
})

test('a service that starts anew takes away what is of older releases, after its first answer', async () => {
  const { store, open, cacheDir } = await kept()
  const first = await open()
  for (const id of ['a1', 'a2000']) await first.account(id)
  await first.close()
  const before = filesIn(cacheDir)
  age(cacheDir)
  await store.publish({
    accounts: Object.fromEntries(Object.keys(manyAccounts(COUNT)).map((id) => [id, { plan: 'free' } as const])),
  })
  const settings = await open()
  expect(before.filter((file) => !existsSync(file))).toEqual([])
  expect(await settings.refresh()).toBe(false)
  expect(before.filter((file) => !existsSync(file)).length).toBeGreaterThan(2)
})

test('a folder that is emptied is filled again with what is in memory', async () => {
  const { store, open, alone, cacheDir } = await kept()
  const settings = await open()
  for (const id of ['a1', 'a2000']) await settings.account(id)
  rmSync(cacheDir, { recursive: true })
  store.clock.now += 3_600_001
  const accounts = manyAccounts(COUNT)
  await store.publish({ accounts: { ...accounts, a3: openai('growth', { max_tokens: 7777 }) } })
  expect(await settings.refresh()).toBe(true)
  expect(filesIn(cacheDir).length).toBeLessThan(objectsOf({ accounts }).objects.length / 2)
  const later = await alone()
  for (const id of ['a1', 'a2000'])
    expect([await later.account(id), tokens(later, id)]).toEqual([true, Number(id.slice(1)) + 1])
})

test('a folder that cannot be written costs no answer, and is told at the next look', async () => {
  const { store, open } = await kept()
  const folder = join(store.base, 'other')
  const settings = await open({ cacheDir: folder })
  const errors = codesOf(settings)
  await settings.refresh()
  rmSync(folder, { recursive: true })
  writeFileSync(folder, '')
  expect([await settings.account('a1'), tokens(settings, 'a1'), errors]).toEqual([true, 2, []])
  for (let i = 0; i < 3; i++) await settings.refresh()
  expect([errors, settings.status.state]).toEqual([['cache_failed'], 'ready'])
  rmSync(folder)
  store.clock.now += 60_000
  await settings.refresh()
  expect([errors, existsSync(join(folder, 'head.json'))]).toEqual([['cache_failed'], true])
})
