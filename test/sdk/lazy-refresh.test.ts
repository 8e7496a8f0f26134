import { describe, expect, test } from 'vitest'
import type { Account } from '../../src/domain/settings-types.ts'
import type { Settings } from '../../src/sdk/index.ts'
import { FaultyServer, status } from '../support/faulty-http.ts'
import { type RootedStore, codesOf, rootedStore } from './rooted.ts'
import { GLOBALS, codeOf, manyAccounts, openai } from './store.ts'

interface Served {
  readonly store: RootedStore
  readonly server: FaultyServer
  readonly settings: Settings
  readonly accounts: Record<string, Account>
}

function tokens(settings: Pick<Settings, 'getModelConfig'>, id: string): number | undefined {
  return settings.getModelConfig('generate_content', id).maxTokens
}

/** A service in lazy mode that was asked for some of many accounts, and the server that it reads from. */
async function asked(ids: readonly string[], count = 3000): Promise<Served> {
  const accounts = manyAccounts(count)
  const store = await rootedStore()
  await store.publish({ accounts })
  const server = await new FaultyServer(store.folder).listen()
  const settings = await store.open({ mode: 'lazy', store: server.origin })
  for (const id of ids) await settings.account(id)
  server.take()
  return { store, server, settings, accounts }
}

describe('a refresh', () => {
  test('reads what changed for the accounts that answer, and nothing for the others', async () => {
    const { store, server, settings, accounts } = await asked(['a1', 'a2', 'a3', 'new', 'newer'], 20_000)
    const { a3: _, ...rest } = accounts
    await store.publish({
      accounts: { ...rest, a2: openai('growth', { max_tokens: 7777 }), newer: openai('growth', { max_tokens: 5 }) },
    })
    expect(await settings.refresh()).toBe(true)
    // The head and the root object; of a2, a3 and newer the node and the leaf, and less where they share one.
    expect(server.take().length).toBeLessThanOrEqual(8)
    expect(['a1', 'a2', 'a3', 'new', 'newer'].map((id) => tokens(settings, id))).toEqual([2, 7777, 8192, 8192, 5])
    expect(settings.getModelConfig('generate_content', 'a3').known).toBe(false)
    expect(server.take()).toEqual([])
  })

  test('reads nothing of the tree for a change elsewhere, or of the globals alone', async () => {
    const { store, server, settings, accounts } = await asked(['a1'])
    const globals = { ...GLOBALS, image: { provider: 'runware', max_in_article: 7 } }
    await store.publish({ accounts, globals })
    expect(await settings.refresh()).toBe(true)
    // The head, the root object, the globals.
    expect(server.take().length).toBe(3)
    expect([tokens(settings, 'a1'), settings.getModelConfig('generate_images', 'a1').maxInArticle]).toEqual([2, 7])
    await store.publish({ accounts, globals })
    expect([await settings.refresh(), server.take().length, tokens(settings, 'a1')]).toEqual([true, 1, 2])
  })

  test('whose accounts cannot be read is refused, and the release before goes on answering', async () => {
    const { store, server, settings, accounts } = await asked(['a1'])
    const errors = codesOf(settings)
    await store.publish({ accounts: { ...accounts, a1: openai('growth', { max_tokens: 7777 }) } })
    let objects = 0
    server.fault = (path) => (path.startsWith('/objects/') && ++objects > 1 ? status(404) : undefined)
    expect([await settings.refresh(), errors, tokens(settings, 'a1'), settings.status.seq]).toEqual([
      false,
      ['store_damaged'],
      2,
      2,
    ])
    server.fault = () => undefined
    expect([await settings.refresh(), tokens(settings, 'a1'), settings.status.seq]).toEqual([true, 7777, 3])
  })

  test('an account that is asked for meanwhile answers from the moment that it was promised', async () => {
    const { store, server, settings } = await asked(['a1'], 15_000)
    const next = Object.fromEntries(
      Object.keys(manyAccounts(15_000)).map((id, i) => [id, openai('growth', { max_tokens: 30_000 + i })]),
    )
    await store.publish({ accounts: next })
    // Every object takes a while, so that accounts come to be known before, during and after the swap.
    server.fault =
      () =>
      ({ response, bytes }) =>
        setTimeout(() => response.end(bytes), 3)
    const state = { done: false }
    const refreshing = settings.refresh().finally(() => (state.done = true))
    const wrong: string[] = []
    let answers = 0
    for (let i = 100; !state.done || i < 150; i++) {
      const ids = [`a${i}`, `a${i + 7000}`, `a${i + 14_000}`]
      await Promise.all(
        ids.map(async (id) => {
          expect(await settings.account(id)).toBe(true)
          const was = Number(id.slice(1)) + 1
          const answer = tokens(settings, id)
          answers++
          if (answer !== was && answer !== was - 1 + 30_000) wrong.push(`${id}: ${answer}`)
        }),
      )
      for (let known = 100; known <= i; known++) tokens(settings, `a${known}`)
    }
    expect([await refreshing, wrong, answers > 100]).toEqual([true, [], true])
    expect(tokens(settings, 'a1')).toBe(30_001)
  })

  test('the policy is that of full mode: most accounts gone at once needs a word for it', async () => {
    const { store, settings } = await asked(['a1'])
    const errors = codesOf(settings)
    await store.publish({ accounts: manyAccounts(5) })
    expect([await settings.refresh(), errors, tokens(settings, 'a1')]).toEqual([false, ['shrink_refused'], 2])
    await store.publish({ accounts: manyAccounts(5) }, { shrunk_at: 4, seq: 4 })
    expect([await settings.refresh(), tokens(settings, 'a1'), await settings.account('a9')]).toEqual([true, 2, false])
    await store.publish({ accounts: manyAccounts(5) }, { seq: 1 })
    expect([await settings.refresh(), errors.at(-1)]).toEqual([false, 'rollback_refused'])
    const globals = {
      ...GLOBALS,
      providers: {
        ...GLOBALS.providers,
        openai: {
          ...GLOBALS.providers['openai'],
          secret: 'DALLE_API_KEY',
          fields: GLOBALS.providers['openai']?.fields ?? {},
        },
      },
    }
    await store.publish({ accounts: manyAccounts(5), globals }, { seq: 6 })
    expect([await settings.refresh(), errors.at(-1)]).toEqual([false, 'secret_refused'])
  })

  test('accounts come and go over many releases, and who was asked for once always answers', async () => {
    const { store, settings } = await asked([])
    const accounts: Record<string, Account> = manyAccounts(600)
    await store.publish({ accounts }, { shrunk_at: 3, seq: 3 })
    await settings.refresh()
    const ids = Array.from({ length: 300 }, (_, i) => `a${i * 3}`)
    for (const id of ids) await settings.account(id)
    for (let round = 1; round <= 10; round++) {
      for (let i = 0; i < 120; i++) {
        const id = `a${(round * 37 + i * 11) % 900}`
        if (i % 3 === 0) delete accounts[id]
        else accounts[id] = openai('growth', { max_tokens: round * 100 + i })
      }
      await store.publish({ accounts }, { seq: 3 + round })
      expect(await settings.refresh()).toBe(true)
      for (const id of ids)
        expect(tokens(settings, id)).toBe(accounts[id]?.overrides?.['openai']?.['max_tokens'] ?? 8192)
      expect(await codeOf(() => tokens(settings, `a${round * 3 + 1}`))).toBe('account_not_loaded')
    }
  })
})
