import { expect, test } from 'vitest'
import { writeAccount, writeLeaf } from '../../src/bundle/leaf.ts'
import { textObject } from '../../src/bundle/object.ts'
import type { LoadedLeaf } from '../../src/sdk/leaf.ts'
import { Profiles } from '../../src/sdk/profiles.ts'
import { slices } from '../../src/sdk/slices.ts'
import { AccountTable, hashOf } from '../../src/sdk/table.ts'
import { manyAccounts, storeWith } from './store.ts'

test('accounts whose hashes collide get their own settings, and unknown ones nobody’s', async () => {
  const accounts = manyAccounts(50)
  const store = await storeWith({ accounts })
  const settings = await store.open({}, () => 7)
  const check = (gone?: string): void => {
    for (let i = 0; i < 60; i++) {
      const { known, maxTokens } = settings.getModelConfig('generate_content', `a${i}`)
      expect([known, maxTokens]).toEqual(i < 50 && `a${i}` !== gone ? [true, i + 1] : [false, 8192])
    }
    for (const id of ['a', 'a1"', 'a1","growth', 'a1\0', '"', '', 'á1']) {
      expect(settings.getModelConfig('generate_content', id).known).toBe(false)
    }
  }
  check()
  const { a9: _, ...rest } = accounts
  await store.publish({ accounts: rest })
  expect(await settings.refresh()).toBe(true)
  check('a9')
})

test('the cache of answers stays within its bound, whoever is asked for', async () => {
  const lines = new Map(Object.entries(manyAccounts(30)).map(([id, account]) => [id, writeAccount(id, account)]))
  const bytes = Buffer.from(writeLeaf({ provenance: textObject('').ref, lines }))
  const leaf: LoadedLeaf = { bytes, count: 30, texts: new Map() }
  const change = { gone: new Set<string>(), added: new Map([['leaf', leaf]]) }
  const table = await AccountTable.build(change, undefined, hashOf, slices())
  const profiles = new Profiles(table, 4)
  const first = profiles.of('a0')
  expect(profiles.of('a0')).toBe(first)
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 30; i++) {
      expect(profiles.account(profiles.of(`a${i}`))?.overrides?.['openai']?.['max_tokens']).toBe(i + 1)
    }
  }
  expect(profiles.of('a0')).not.toBe(first)
  expect(profiles.of('a0')).toBe(profiles.of('a0'))
})
