import { rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Account } from '../../src/domain/settings-types.ts'
import { hexOf } from '../../src/store/format/object-ref.ts'
import type { Settings } from '../../src/sdk/index.ts'
import { FaultyServer, status } from '../support/faulty-http.ts'
import { type RootedStore, codesOf, numbered, rootedStore } from './rooted.ts'
import { codeOf, manyAccounts, objectsOf, openai, storeWith } from './store.ts'

function tokens(settings: Pick<Settings, 'getModelConfig'>, id: string): number | undefined {
  return settings.getModelConfig('generate_content', id).maxTokens
}

/** A store of many accounts behind a server that tells what was asked of it. */
async function served(
  accounts: Record<string, Account>,
): Promise<{ store: RootedStore; server: FaultyServer; take: () => string[] }> {
  const store = await rootedStore()
  await store.publish({ accounts })
  const server = await new FaultyServer(store.folder).listen()
  return { store, server, take: () => server.take().map(({ path }) => path.slice('/objects/00/'.length)) }
}

describe('asking', () => {
  test('an account answers once it was asked for, and not before', async () => {
    const settings = await (await storeWith({ accounts: manyAccounts(3) })).open({ mode: 'lazy' })
    const getters = [
      () => settings.getModelConfig('generate_content', 'a1'),
      () => settings.getEffectivePrompt('a1', 'clustering'),
      () => settings.getAuthorProfiles('a1'),
      () => settings.getStrategies('a1'),
    ]
    for (const get of getters) expect(await codeOf(get)).toBe('account_not_loaded')
    expect(getters[0]).toThrow('the account "a1" is not in memory: await settings.account("a1") first')
    expect(await settings.account('a1')).toBe(true)
    for (const get of getters) expect(await codeOf(get)).toBe('no error')
    expect(settings.getModelConfig('generate_content', 'a1')).toMatchObject({
      known: true,
      plan: 'growth',
      maxTokens: 2,
    })
    expect(await codeOf(() => tokens(settings, 'a2'))).toBe('account_not_loaded')
  })

  test('in full mode the same code works', async () => {
    const settings = await (await storeWith({ accounts: manyAccounts(3) })).open()
    expect([
      await settings.account('a1'),
      await settings.account('new'),
      await settings.snapshot().account('a2'),
    ]).toEqual([true, false, true])
  })

  test('an unknown account gets the globals, or an error; what no account can be called needs no asking', async () => {
    const store = await storeWith({ accounts: manyAccounts(3) })
    const settings = await store.open({ mode: 'lazy' })
    expect([
      await codeOf(() => tokens(settings, 'new')),
      await settings.account('new'),
      tokens(settings, 'new'),
    ]).toEqual(['account_not_loaded', false, 8192])
    for (const id of ['', 'ACME', '-a', 'a1"', 'a1","growth', 'a1\n', 'á1', 'x'.repeat(64), '__proto__']) {
      expect([await settings.account(id), tokens(settings, id)]).toEqual([false, 8192])
    }
    const strict = await store.open({ mode: 'lazy', onUnknownAccount: 'error' })
    expect([await strict.account('new'), await strict.account('a1'), tokens(strict, 'a1')]).toEqual([false, true, 2])
    expect(await codeOf(() => tokens(strict, 'new'))).toBe('unknown_account')
    expect(await codeOf(() => strict.explain('new', 'generate_content'))).toBe('unknown_account')
    const empty = await (await storeWith({})).open({ mode: 'lazy' })
    expect([await empty.account('a1'), tokens(empty, 'a1')]).toEqual([false, 8192])
  })

  test('accounts that say the same share their answers, which are frozen', async () => {
    const settings = await (
      await storeWith({ accounts: { a: openai('growth', { max_tokens: 5 }), b: openai('growth', { max_tokens: 5 }) } })
    ).open({ mode: 'lazy' })
    await Promise.all([settings.account('a'), settings.account('b')])
    const answer = settings.getModelConfig('generate_content', 'a')
    expect([Object.isFrozen(answer), settings.getModelConfig('generate_content', 'b') === answer]).toEqual([true, true])
  })

  test('an explanation needs no asking, and says what full mode says', async () => {
    const store = await storeWith({
      accounts: manyAccounts(300),
      at: { a7: { 'overrides.openai.max_tokens': [4, 20] } },
    })
    const [lazy, full] = [await store.open({ mode: 'lazy' }), await store.open()]
    for (const id of ['a7', 'new'])
      expect(await lazy.explain(id, 'generate_content')).toEqual(await full.explain(id, 'generate_content'))
    expect((await lazy.explain('a7', 'generate_content')).fields['maxTokens']?.layers.at(-1)).toMatchObject({
      line: 4,
      column: 20,
      wins: true,
    })
  })
})

describe('what is read', () => {
  test('to open, nothing of the accounts; for one of 20,000 its node, its leaf and its texts, and once', async () => {
    const prompts = { clustering: { customized: true, value: 'Mine', default: 'Old' } }
    const { store, server, take } = await served({ ...manyAccounts(20_000), acme: { plan: 'growth', prompts } })
    const settings = await store.open({ mode: 'lazy', store: server.origin })
    // The head, the root of trust, the root object, the globals and their one text.
    expect(take().length).toBe(5)
    await Promise.all(Array.from({ length: 50 }, () => settings.account('acme')))
    const asked = server.take()
    expect(asked.length).toBeGreaterThanOrEqual(3)
    expect(asked.length).toBeLessThanOrEqual(4)
    expect(asked.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(30_000)
    expect(settings.getEffectivePrompt('acme', 'clustering').promptValue).toBe('Mine')
    await settings.account('acme')
    await settings.account('ACME')
    expect(take()).toEqual([])
  })

  test('whoever asks at once for accounts of one leaf waits for one request', async () => {
    const { store, server, take } = await served(manyAccounts(20))
    const settings = await store.open({ mode: 'lazy', store: server.origin })
    take()
    const known = await Promise.all(Array.from({ length: 25 }, (_, i) => settings.account(`a${i}`)))
    expect([take().length, known.filter(Boolean).length]).toEqual([1, 20])
  })
})

describe('failures', () => {
  test('a damaged or missing leaf: the account cannot be had, the others can; mended, it can', async () => {
    const accounts = manyAccounts(2000)
    const store = await storeWith({ accounts })
    const settings = await store.open({ mode: 'lazy' })
    await settings.account('a1')
    const leaf = objectsOf({ accounts }).objects.find(({ bytes }) => Buffer.from(bytes).includes('\n["a7","growth"'))
    if (leaf === undefined) throw new Error('there is no such leaf')
    store.damage(leaf.ref)
    expect(await codeOf(() => settings.account('a7'))).toBe('store_damaged')
    await expect(settings.account('a7')).rejects.toThrow(hexOf(leaf.ref))
    store.damage(leaf.ref)
    expect([await settings.account('a7'), tokens(settings, 'a7'), tokens(settings, 'a1')]).toEqual([true, 8, 2])
    rmSync(store.file(leaf.ref))
    const other = await store.open({ mode: 'lazy' })
    expect(await codeOf(() => other.account('a7'))).toBe('store_damaged')
  })

  test('the store is down: who is in memory answers, others have to be asked for again; nothing else is harmed', async () => {
    const { store, server } = await served(manyAccounts(2000))
    const settings = await store.open({ mode: 'lazy', store: server.origin })
    await settings.account('a1')
    server.fault = () => status(503)
    const failures = await Promise.all(['a500', 'a500', 'a501', 'a1'].map((id) => codeOf(() => settings.account(id))))
    expect(failures).toEqual(['store_unreadable', 'store_unreadable', 'store_unreadable', 'no error'])
    expect([await codeOf(() => tokens(settings, 'a500')), tokens(settings, 'a1'), settings.status.state]).toEqual([
      'account_not_loaded',
      2,
      'ready',
    ])
    server.fault = () => undefined
    expect([await settings.account('a500'), tokens(settings, 'a500')]).toEqual([true, 501])
  })

  test('closing while an account is read: it is given up, at once', async () => {
    const { store, server } = await served(manyAccounts(2000))
    const settings = await store.open({ mode: 'lazy', store: server.origin })
    const errors = codesOf(settings)
    await settings.account('a1')
    const asked = new Promise<void>((done) => (server.fault = () => () => done()))
    const asking = codeOf(() => settings.account('a900'))
    await asked
    await settings.close()
    expect([await asking, errors, tokens(settings, 'a1')]).toEqual(['store_unreadable', [], 2])
  })
})

test('a snapshot stays with its release, for accounts that are asked for later too', async () => {
  const store = await rootedStore()
  const settings = await store.open({ mode: 'lazy' })
  const at = settings.snapshot()
  await at.account('acme')
  await store.publish(numbered(2))
  expect([await settings.refresh(), tokens(settings, 'acme'), tokens(at, 'acme')]).toEqual([true, 2, 1])
  expect(await codeOf(() => tokens(at, 'other'))).toBe('account_not_loaded')
  expect([await at.account('other'), tokens(at, 'other'), at.seq]).toEqual([true, 1, 1])
  expect(await codeOf(() => tokens(settings, 'other'))).toBe('account_not_loaded')
})
