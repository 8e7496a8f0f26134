import { describe, expect, test } from 'vitest'
import type { Account } from '../../src/domain/settings-types.ts'
import { ACCOUNT_BYTES } from '../../src/sdk/lazy/account-lines.ts'
import { LazyAccounts, loadLazily } from '../../src/sdk/lazy/lazy-accounts.ts'
import { Lru } from '../../src/sdk/lazy/lru.ts'
import { openStore } from '../../src/sdk/open-store.ts'
import { codeOf, manyAccounts, openai, storeWith } from './store.ts'

describe('what was used lately', () => {
  test('stays within its bound, and what is used stays', () => {
    const gone: string[] = []
    const recent = new Lru<number, { name: string; weight: number }>(
      10,
      ({ weight }) => weight,
      ({ name }) => gone.push(name),
    )
    for (let i = 0; i < 100; i++) {
      recent.set(i, { name: `n${i}`, weight: 1 })
      expect(recent.get(0)?.name).toBe('n0')
      expect(recent.size).toBeLessThanOrEqual(10)
    }
    expect([
      recent.get(99)?.name,
      recent.get(50),
      recent.has(1),
      gone.includes('n0'),
      gone.length + recent.size,
    ]).toEqual(['n99', undefined, false, false, 100])
  })

  test('the last one is there, however heavy; one that is put again counts once', () => {
    const recent = new Lru<string, { weight: number }>(10, ({ weight }) => weight)
    recent.set('light', { weight: 1 })
    recent.set('heavy', { weight: 1000 })
    expect([recent.has('heavy'), recent.has('light'), recent.size]).toEqual([true, true, 2])
    recent.set('next', { weight: 1 })
    expect([recent.has('heavy'), recent.has('light')]).toEqual([true, false])
    for (let i = 0; i < 100; i++) recent.set('same', { weight: 4 })
    expect(recent.entries().map(([key]) => key)).toEqual(['heavy', 'next', 'same'])
  })
})

test('after 50,000 accounts, as many are in memory as fit, and as many different lines', async () => {
  const sets = Array.from({ length: 1000 }, (_, i) => openai('growth', { max_tokens: i + 1 }))
  const accounts = Object.fromEntries(
    Array.from({ length: 50_000 }, (_, i) => [`a${i}`, sets[i % 1000] ?? openai('growth', {})]),
  )
  const store = await storeWith({ accounts })
  const maxBytes = 1024 * 1024
  const content = await loadLazily(openStore(store.url), store.release().root, undefined, maxBytes)
  const { accounts: lazy } = content
  if (!(lazy instanceof LazyAccounts)) throw new Error('they are not lazy')
  let most = 0
  let wrong = 0
  for (let i = 0; i < 55_000; i++) {
    if ((await lazy.need(`a${i}`)) !== i < 50_000) wrong++
    most = Math.max(most, lazy.size.accounts, lazy.size.lines)
    const said = lazy.lines.account(lazy.numberOf(`a${i}`))?.overrides?.['openai']?.['max_tokens']
    if (said !== (i < 50_000 ? (i % 1000) + 1 : undefined)) wrong++
  }
  expect(wrong).toBe(0)
  // The last 5,000 are in no release, and weigh less.
  expect(most).toBeLessThan(maxBytes / 256 + 1)
  for (let i = 0; i < 3000; i++) await lazy.need(`a${i}`)
  expect(lazy.size.accounts).toBeLessThan(maxBytes / ACCOUNT_BYTES)
  expect(lazy.size.lines).toBeLessThanOrEqual(lazy.size.accounts)
  // Half of the bound is for answers, and a half of the rest may just have been let go.
  expect(lazy.size.accounts).toBeGreaterThan(maxBytes / ACCOUNT_BYTES / 8)
})

test('long prompts make room for fewer accounts, and one that was let go is read again', async () => {
  const accounts = Object.fromEntries(
    Array.from({ length: 40 }, (_, i): [string, Account] => {
      return [
        `a${i}`,
        { plan: 'growth', prompts: { clustering: { customized: true, value: `${i}`.repeat(50_000), default: 'Old' } } },
      ]
    }),
  )
  const settings = await (await storeWith({ accounts })).open({ mode: 'lazy', lazy: { maxBytes: 1_000_000 } })
  const prompt = (i: number): string => settings.getEffectivePrompt(`a${i}`, 'clustering').promptValue
  for (let i = 0; i < 40; i++) {
    await settings.account(`a${i}`)
    expect(prompt(i)).toBe(`${i}`.repeat(50_000))
    await settings.account('a0')
    expect(prompt(0).length).toBe(50_000)
  }
  const there = await Promise.all(Array.from({ length: 40 }, (_, i) => codeOf(() => prompt(i))))
  expect(there.filter((code) => code === 'no error').length).toBeLessThan(12)
  expect(there[1]).toBe('account_not_loaded')
  expect([await settings.account('a1'), prompt(1).length]).toEqual([true, 50_000])
})

test.each([1, 20_000, 1_000_000])(
  'whoever has waited for an account is answered, however many others wait at once: %d bytes',
  async (maxBytes) => {
    const accounts = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [`a${i}`, openai('growth', { max_tokens: i + 1 })]),
    )
    const settings = await (await storeWith({ accounts })).open({ mode: 'lazy', lazy: { maxBytes } })
    const asked = async (i: number): Promise<unknown> => {
      await settings.account(`a${i}`)
      return settings.getModelConfig('generate_content', `a${i}`)['maxTokens']
    }
    for (let turn = 0; turn < 2; turn++) {
      const all = await Promise.all(Array.from({ length: 500 }, (_, i) => asked(i)))
      expect(all).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
    }
    const through = async (i: number): Promise<boolean> => settings.account(`a${i}`)
    const wrapped = await Promise.all(
      Array.from({ length: 500 }, async (_, i) => {
        await through(i)
        return codeOf(() => settings.getModelConfig('generate_content', `a${i}`))
      }),
    )
    expect(new Set(wrapped)).toEqual(new Set(['no error']))
  },
)

test('whoever asks for an explanation gets it with its files, however many others do at once', async () => {
  const accounts = manyAccounts(200)
  const settings = await (await storeWith({ accounts })).open({ mode: 'lazy', lazy: { maxBytes: 1 } })
  const ids = Object.keys(accounts)
  const alone: unknown[] = []
  for (const id of ids) alone.push(await settings.explain(id, 'generate_content'))
  expect(await Promise.all(ids.map((id) => settings.explain(id, 'generate_content')))).toEqual(alone)
})

test('a bound that is no number of bytes is refused', async () => {
  const store = await storeWith({ accounts: manyAccounts(1) })
  for (const maxBytes of [0, -1, 1.5, Number.NaN]) {
    expect(await codeOf(() => store.open({ mode: 'lazy', lazy: { maxBytes } }))).toBe('invalid_option')
  }
})
